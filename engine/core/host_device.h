#pragma once
/// Marks small functions that kernels call too.

#ifdef __CUDACC__
#define RV_HOST_DEVICE __host__ __device__
#else
#define RV_HOST_DEVICE
#endif
