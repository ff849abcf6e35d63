# exo_host_test(NAME SOURCES... LIBS ...): a GoogleTest program of the host side, one ctest entry, run from the repository
# root with EXOSCOPE_GUEST_DIR and EXOSCOPE_SOURCE_DIR set. LABELS, TIMEOUT (seconds, default 120), ARGS and ENVIRONMENT are
# options; NO_GTEST_MAIN is for programs with a main() of their own; NEEDS_GUEST builds the guest images first.

function(exo_host_test name)
  cmake_parse_arguments(ARG "NO_GTEST_MAIN;NEEDS_GUEST" "TIMEOUT" "LIBS;SOURCES;LABELS;ARGS;ENVIRONMENT" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} exo_common exo_warnings)
  if(NOT ARG_NO_GTEST_MAIN)
    target_link_libraries(${name} PRIVATE GTest::gtest_main)
  endif()
  target_link_libraries(${name} PRIVATE GTest::gtest GTest::gmock)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests-bin)
  if(ARG_NEEDS_GUEST)
    add_dependencies(${name} guest)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${name} ${ARG_ARGS} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  exo_test_properties(${name} ${ARG_TIMEOUT} "${ARG_LABELS}" "${ARG_ENVIRONMENT}")
endfunction()

# What every test of the tree runs under, whoever registers it: no display, no window system, sanitizers that end the test.
function(exo_test_properties name timeout labels environment)
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} LABELS "${labels}" ENVIRONMENT
    "EXOSCOPE_GUEST_DIR=${CMAKE_BINARY_DIR}/guest;EXOSCOPE_SOURCE_DIR=${CMAKE_SOURCE_DIR};EXOSCOPE_EXPLORER=${CMAKE_BINARY_DIR}/bin/exoscope-explorer;XDG_STATE_HOME=${CMAKE_BINARY_DIR}/state;UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1;ASAN_OPTIONS=detect_stack_use_after_return=0;LSAN_OPTIONS=suppressions='${CMAKE_SOURCE_DIR}/tests/leaks.txt':print_suppressions=0;${environment}")
endfunction()
