# Builds what runs inside the machine: freestanding C++20 and assembly for MIPS32r2, with clang and ld.lld and no CMake
# cross toolchain, so that guest and host are one build tree. Every image depends on exactly the headers it includes.
# Images hold no path of this machine: the same tree gives the same bytes everywhere.
#
#   guest_library(NAME base SOURCES start.S heap.cpp [INCLUDES dir...] [FLAGS -Os...])
#       Compiles sources once; executables list it under OBJECTS (in any folder added later than this one).
#       All objects of a library are linked, in order.
#
#   guest_executable(NAME kernel LINKER_SCRIPT arch/mips/kernel.ld SOURCES boot.S main.cpp...
#                    [OBJECTS base...] [INCLUDES dir...] [FLAGS -Os...] [LINK_FLAGS ...] [PROGRAM])
#       Makes <build>/guest/kernel.elf. With PROGRAM makes <build>/guest/programs/<NAME>.elf and a stripped copy
#       <build>/guest/boot/<NAME>, which goes into the boot archive.
#
#   guest_downloads(NAME echo-downloads SOURCES echo_handler.bpf.cpp...)
#       Compiles each source into eBPF and cuts out its code, which executables that list the name under OBJECTS hold as
#       data (libos/base/download.hpp). <build>/guest/bpf/<source>.o keeps the lines of the source, for the explorer.
#
# Sources and the linker script are relative to the calling folder. The repository root is always an include path, the
# only one unless INCLUDES says more; there are no standard headers but the compiler's own (stdint.h, stddef.h...).
# FLAGS come after the default -O2, so -Os overrides it. Target `guest` builds every image; so does the default build.

set(EXO_GUEST_DIR ${CMAKE_BINARY_DIR}/guest)
file(MAKE_DIRECTORY ${EXO_GUEST_DIR}/programs ${EXO_GUEST_DIR}/boot ${EXO_GUEST_DIR}/bpf)
add_custom_target(guest ALL)

set(EXO_GUEST_TARGET_FLAGS --target=mipsel-none-elf -mcpu=mips32r2 -msoft-float -ffreestanding -mno-abicalls -fno-pic -G0
    -nostdlibinc)
set(EXO_GUEST_EVERY_FLAGS -O2 -g -ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -fdebug-compilation-dir=.
    -Wall -Wextra -Werror -Wno-unused-command-line-argument)
set(EXO_GUEST_COMMON_FLAGS ${EXO_GUEST_TARGET_FLAGS} ${EXO_GUEST_EVERY_FLAGS})
set(EXO_GUEST_BPF_FLAGS --target=bpf -mcpu=v3 -ffreestanding -nostdlibinc -std=c++20 -fno-exceptions -fno-rtti
    ${EXO_GUEST_EVERY_FLAGS})
set(EXO_GUEST_CXX_FLAGS -std=c++20 -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-stack-protector
    -fno-asynchronous-unwind-tables -fomit-frame-pointer -ffunction-sections -fdata-sections)
# What an exokernel can't afford: values that change on the way, pointers that lose what they promised, names that hide
# others, code that is never reached, constructors (nothing here runs them) and frames that a small stack has no room for.
list(APPEND EXO_GUEST_CXX_FLAGS -Wpedantic -Wconversion -Wsign-conversion -Wshift-sign-overflow -Wdouble-promotion
    -Wfloat-conversion -Wassign-enum -Wbitfield-enum-conversion -Wcast-align -Wcast-qual -Wold-style-cast -Wpointer-arith
    -Wzero-as-null-pointer-constant -Wnull-dereference -Wconditional-uninitialized -Wshadow-all -Wreserved-identifier
    -Wduplicate-enum -Wunreachable-code-aggressive -Wimplicit-fallthrough -Wloop-analysis -Wtautological-compare
    -Wmissing-noreturn -Wunused -Wunused-macros -Wunused-template -Wunused-member-function -Wredundant-parens -Wextra-semi
    -Wundef -Wformat=2 -Wvla -Wnon-virtual-dtor -Wglobal-constructors -Wexit-time-destructors -Wframe-larger-than=1024)
set(EXO_GUEST_LINK_FLAGS -m elf32ltsmip -nostdlib -static --gc-sections --fatal-warnings -z max-page-size=4096)

# Adds the commands that compile `sources` into objects; their absolute paths are put in `result`.
function(exo_guest_compile result owner sources includes flags)
  set(include_flags -I${CMAKE_SOURCE_DIR})
  foreach(dir IN LISTS includes)
    get_filename_component(dir ${dir} ABSOLUTE)
    list(APPEND include_flags -I${dir})
  endforeach()
  set(objects)
  foreach(source IN LISTS sources)
    get_filename_component(absolute ${source} ABSOLUTE)
    file(RELATIVE_PATH label ${CMAKE_SOURCE_DIR} ${absolute})
    string(REPLACE "../" "" place ${label})
    set(object ${CMAKE_BINARY_DIR}/guest/objects/${owner}/${place}.o)
    get_filename_component(folder ${object} DIRECTORY)
    file(MAKE_DIRECTORY ${folder})
    set(compile ${EXO_GUEST_CLANG} ${EXO_GUEST_COMMON_FLAGS} ${include_flags})
    set(dependencies -MD -MF ${object}.d -MQ ${object})
    if(source MATCHES "\\.S$")
      # In two steps, because clang writes the absolute path of assembly sources into the image whatever it is told.
      string(REGEX REPLACE "([][\\.*^$|&])" "\\\\\\1" root "${CMAKE_SOURCE_DIR}/")
      set(commands
        COMMAND ${compile} ${flags} ${dependencies} -E ${absolute} -o ${object}.s
        COMMAND sed -i "s|^\\(# [0-9]* \"\\)${root}|\\1|" ${object}.s
        COMMAND ${compile} ${flags} -c ${object}.s -o ${object})
    else()
      set(commands COMMAND ${compile} ${EXO_GUEST_CXX_FLAGS} ${flags} ${dependencies} -c ${absolute} -o ${object})
    endif()
    add_custom_command(
      OUTPUT ${object}
      ${commands}
      DEPENDS ${absolute}
      DEPFILE ${object}.d
      COMMENT "Guest ${label}"
      VERBATIM)
    list(APPEND objects ${object})
  endforeach()
  set(${result} ${objects} PARENT_SCOPE)
endfunction()

function(guest_library)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;INCLUDES;FLAGS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_NAME OR NOT ARG_SOURCES)
    message(FATAL_ERROR "guest_library needs NAME and SOURCES; not understood: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  exo_guest_compile(objects ${ARG_NAME} "${ARG_SOURCES}" "${ARG_INCLUDES}" "${ARG_FLAGS}")
  add_custom_target(guest-${ARG_NAME} DEPENDS ${objects})
  set_property(GLOBAL PROPERTY EXO_GUEST_OBJECTS_${ARG_NAME} ${objects})
endfunction()

function(guest_downloads)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_NAME OR NOT ARG_SOURCES)
    message(FATAL_ERROR "guest_downloads needs NAME and SOURCES; not understood: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  foreach(source IN LISTS ARG_SOURCES)
    get_filename_component(absolute ${source} ABSOLUTE)
    get_filename_component(program ${source} NAME_WE)
    file(RELATIVE_PATH label ${CMAKE_SOURCE_DIR} ${absolute})
    set(out ${EXO_GUEST_DIR}/bpf/${program})
    file(WRITE ${out}.S.new "        .section .rodata.bpf, \"a\", @progbits\n        .balign 8\n"
      "        .globl exo_bpf_${program}, exo_bpf_${program}_end\n"
      "exo_bpf_${program}: .incbin \"${program}.bin\"\nexo_bpf_${program}_end:\n")
    configure_file(${out}.S.new ${out}.S COPYONLY)
    add_custom_command(
      OUTPUT ${out}.o ${out}.bpf.o
      COMMAND ${EXO_GUEST_CLANG} ${EXO_GUEST_BPF_FLAGS} -I${CMAKE_SOURCE_DIR} -MD -MF ${out}.d -MQ ${out}.o -c ${absolute}
              -o ${out}.bpf.o
      COMMAND ${CMAKE_COMMAND} -E copy ${absolute} ${out}.bpf.cpp
      COMMAND ${EXO_GUEST_OBJCOPY} -O binary --only-section=.text ${out}.bpf.o ${out}.bin
      COMMAND ${EXO_GUEST_CLANG} ${EXO_GUEST_TARGET_FLAGS} -I${EXO_GUEST_DIR}/bpf -c ${out}.S -o ${out}.o
      DEPENDS ${absolute} ${out}.S
      DEPFILE ${out}.d
      COMMENT "Guest ${label}"
      VERBATIM)
    list(APPEND objects ${out}.o)
  endforeach()
  add_custom_target(guest-${ARG_NAME} DEPENDS ${objects})
  set_property(GLOBAL PROPERTY EXO_GUEST_OBJECTS_${ARG_NAME} ${objects})
endfunction()

function(guest_executable)
  cmake_parse_arguments(ARG "PROGRAM" "NAME;LINKER_SCRIPT" "SOURCES;OBJECTS;INCLUDES;FLAGS;LINK_FLAGS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_NAME OR NOT ARG_LINKER_SCRIPT)
    message(FATAL_ERROR "guest_executable needs NAME and LINKER_SCRIPT; not understood: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  exo_guest_compile(objects ${ARG_NAME} "${ARG_SOURCES}" "${ARG_INCLUDES}" "${ARG_FLAGS}")
  foreach(library IN LISTS ARG_OBJECTS)
    get_property(shared GLOBAL PROPERTY EXO_GUEST_OBJECTS_${library})
    if(NOT shared)
      message(FATAL_ERROR "guest_executable ${ARG_NAME}: no guest_library named ${library} before it")
    endif()
    list(APPEND objects ${shared})
  endforeach()
  get_filename_component(script ${ARG_LINKER_SCRIPT} ABSOLUTE)
  set(link ${EXO_GUEST_LD} ${EXO_GUEST_LINK_FLAGS} ${ARG_LINK_FLAGS} -T ${script})
  if(ARG_PROGRAM)
    set(image ${EXO_GUEST_DIR}/programs/${ARG_NAME}.elf)
    set(stripped ${EXO_GUEST_DIR}/boot/${ARG_NAME})
    set(strip_command COMMAND ${link} -s -o ${stripped} ${objects})
  else()
    set(image ${EXO_GUEST_DIR}/${ARG_NAME}.elf)
    set(stripped)
    set(strip_command)
  endif()
  file(RELATIVE_PATH label ${CMAKE_BINARY_DIR} ${image})
  add_custom_command(
    OUTPUT ${image} ${stripped}
    COMMAND ${link} -o ${image} ${objects}
    ${strip_command}
    DEPENDS ${objects} ${script}
    COMMENT "Guest ${label}"
    VERBATIM)
  add_custom_target(guest-${ARG_NAME} DEPENDS ${image} ${stripped})
  foreach(library IN LISTS ARG_OBJECTS)
    add_dependencies(guest-${ARG_NAME} guest-${library})
  endforeach()
  add_dependencies(guest guest-${ARG_NAME})
endfunction()
