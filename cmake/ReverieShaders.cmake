# rv_shaders(rv_renderer shaders/sky.frag ...): compiles GLSL to SPIR-V and embeds it. A source that includes
# "shaders/sky.frag.h" sees the words as the array rv::shaders::sky_frag. Edited shaders, and those that #include edited
# files, are compiled again.
function(rv_shaders target)
    set(folder "${CMAKE_BINARY_DIR}/generated/shaders")
    file(MAKE_DIRECTORY "${folder}")
    foreach(source ${ARGN})
        get_filename_component(name "${source}" NAME)
        string(REPLACE "." "_" variable "${name}")
        add_custom_command(
            OUTPUT "${folder}/${name}.inc"
            COMMAND "${GLSLANG}" -V --target-env vulkan1.3 --quiet "-I${CMAKE_SOURCE_DIR}/shaders"
                    --depfile "${folder}/${name}.d" --vn "${variable}" "${source}" -o "${folder}/${name}.inc"
            DEPENDS "${source}"
            DEPFILE "${folder}/${name}.d"
            COMMENT "Compiling shader ${name}"
            VERBATIM)
        file(CONFIGURE OUTPUT "${folder}/${name}.h" CONTENT
            "#pragma once\n#include <stdint.h>\nnamespace rv::shaders {\n#include \"shaders/${name}.inc\"\n}\n")
        target_sources(${target} PRIVATE "${folder}/${name}.inc")
    endforeach()
    target_include_directories(${target} PRIVATE "${CMAKE_BINARY_DIR}/generated")
endfunction()
