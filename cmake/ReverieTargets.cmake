# How every target of the project is made.

find_program(CCACHE ccache)
if(CCACHE)
    # Precompiled headers and ccache agree only with these.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime CCACHE_NOHASHDIR=1
        "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" "${CCACHE}")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()

set(REVERIE_SANITIZE "" CACHE STRING "Sanitizers, comma-separated: address,undefined or thread")
if(REVERIE_SANITIZE)
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${REVERIE_SANITIZE};-fno-omit-frame-pointer>")
    add_link_options(-fsanitize=${REVERIE_SANITIZE})
endif()

add_library(rv_options INTERFACE)
target_compile_features(rv_options INTERFACE cxx_std_20)
target_compile_options(rv_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow>)
target_compile_definitions(rv_options INTERFACE GLM_FORCE_DEPTH_ZERO_TO_ONE GLM_ENABLE_EXPERIMENTAL)
target_include_directories(rv_options INTERFACE "${CMAKE_SOURCE_DIR}")

# rv_library(core LINK Foo::Foo): a static library rv_core of the .cpp files (and .cu files, where CUDA is there) in
# the current folder, not its subfolders, plus SOURCES.
function(rv_library name)
    cmake_parse_arguments(ARG "" "" "LINK;SOURCES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
    if(CMAKE_CUDA_COMPILER)
        file(GLOB kernels CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cu")
        list(APPEND sources ${kernels})
    endif()
    list(APPEND sources ${ARG_SOURCES})
    list(TRANSFORM sources REPLACE "^([^/])" "${CMAKE_CURRENT_SOURCE_DIR}/\\1")
    list(REMOVE_DUPLICATES sources)
    if(NOT sources)  # a folder that is still empty
        add_library(rv_${name} INTERFACE)
        target_link_libraries(rv_${name} INTERFACE rv_options ${ARG_LINK})
        return()
    endif()
    add_library(rv_${name} STATIC ${sources})
    set_target_properties(rv_${name} PROPERTIES LINKER_LANGUAGE CXX POSITION_INDEPENDENT_CODE ON)
    target_link_libraries(rv_${name} PUBLIC rv_options ${ARG_LINK})
endfunction()

# rv_tests(core LINK rv_core): executable tests_core of the .cpp files in the current folder, run by CTest from the
# project's root. TIMEOUT in seconds.
function(rv_tests name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "LINK" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
    add_executable(tests_${name} ${sources} "${CMAKE_SOURCE_DIR}/tests/doctest_main.cpp")
    if(REVERIE_SANITIZE)
        target_sources(tests_${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests/keep_libraries.cpp")
    endif()
    target_link_libraries(tests_${name} PRIVATE rv_options ${ARG_LINK})
    add_test(NAME ${name} COMMAND tests_${name} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
endfunction()
