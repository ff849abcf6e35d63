# This folder as a program: ${folder} is its name. More sources go behind the first one; more objects (libos-net, downloads)
# behind libos-base.
guest_executable(NAME ${folder} PROGRAM LINKER_SCRIPT ${script} SOURCES ${folder}/main.cpp OBJECTS libos-base)
