"""Looking at the GPUs: who is there, what they read, what came of it.

sampler      one look after the other, and what is believed in between
reading      every GPU, without waiting for one that does not answer
workers      a thread for each thing that can hang
sample       what one look gave
identity     which card sits where, over restarts and losses
published    what of a sample a controller reads
maintenance  the driver let go of for a while
"""
