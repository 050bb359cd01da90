"""From a model to arrays, through the kernel, to a result. Only here is Numba known."""
