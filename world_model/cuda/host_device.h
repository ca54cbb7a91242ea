#pragma once
/// For functions that kernels call and that the program itself, and its tests, call too.

#ifdef __CUDACC__
#define RV_HOST_DEVICE __host__ __device__
#else
#define RV_HOST_DEVICE
#endif
