"""Who is here and who comes next. What the law asks of a rota is not judged here yet."""
