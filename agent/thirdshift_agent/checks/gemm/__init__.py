"""A burn-in of our own: matrix products and memory patterns through cuBLAS and the CUDA runtime.

`python -m thirdshift_agent.checks.gemm` burns one GPU in a process of its own, so that what hangs
or crashes there takes nothing with it. The libraries are those of the node; none is installed.
"""
