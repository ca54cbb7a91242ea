# LibTorch out of its PyPI wheel, unpacked by the set-up under .deps/libtorch (torch/ and nvidia/ side by side, as in
# site-packages, because the libraries look for each other there). The wheel's own CMake package refuses to configure
# without a CUDA toolkit; this one works with and without.
#
# Targets: LibTorch::Cpu, and LibTorch::Cuda where libtorch_cuda.so and the CUDA toolkit are both there.
set(LIBTORCH_ROOT "${CMAKE_SOURCE_DIR}/.deps/libtorch" CACHE PATH "Folder that holds torch/ and nvidia/")
set(_torch "${LIBTORCH_ROOT}/torch")

find_path(LibTorch_INCLUDE_DIR torch/csrc/api/include/torch/torch.h PATHS "${_torch}/include" NO_DEFAULT_PATH)
find_library(LibTorch_CPU_LIBRARY torch_cpu PATHS "${_torch}/lib" NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 PATHS "${_torch}/lib" NO_DEFAULT_PATH)
find_library(LibTorch_CUDA_LIBRARY torch_cuda PATHS "${_torch}/lib" NO_DEFAULT_PATH)
find_library(LibTorch_C10_CUDA_LIBRARY c10_cuda PATHS "${_torch}/lib" NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
    LibTorch
    REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
    REASON_FAILURE_MESSAGE "run ./reverie setup first: it unpacks LibTorch under .deps/")

if(LibTorch_FOUND AND NOT TARGET LibTorch::Cpu)
    set(LibTorch_RPATH "${_torch}/lib;${LIBTORCH_ROOT}/nvidia/cu13/lib")
    add_library(LibTorch::Cpu INTERFACE IMPORTED)
    target_include_directories(LibTorch::Cpu SYSTEM INTERFACE
        "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
    target_link_libraries(LibTorch::Cpu INTERFACE "${LibTorch_CPU_LIBRARY}" "${LibTorch_C10_LIBRARY}")
    # libtorch_cpu.so of the CUDA build needs libcudart and libcupti, which lie in nvidia/.
    target_link_options(LibTorch::Cpu INTERFACE
        "-Wl,-rpath,${_torch}/lib" "-Wl,-rpath,${LIBTORCH_ROOT}/nvidia/cu13/lib"
        "-Wl,-rpath-link,${_torch}/lib" "-Wl,-rpath-link,${LIBTORCH_ROOT}/nvidia/cu13/lib")
    target_compile_definitions(LibTorch::Cpu INTERFACE _GLIBCXX_USE_CXX11_ABI=1)

    if(LibTorch_CUDA_LIBRARY AND LibTorch_C10_CUDA_LIBRARY AND CUDAToolkit_FOUND)
        add_library(LibTorch::Cuda INTERFACE IMPORTED)
        # Nothing of ours names a symbol of libtorch_cuda, yet its kernels must be registered.
        target_link_libraries(LibTorch::Cuda INTERFACE LibTorch::Cpu
            -Wl,--no-as-needed "${LibTorch_CUDA_LIBRARY}" "${LibTorch_C10_CUDA_LIBRARY}" -Wl,--as-needed CUDA::cudart)
    endif()
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_CUDA_LIBRARY
                 LibTorch_C10_CUDA_LIBRARY)
