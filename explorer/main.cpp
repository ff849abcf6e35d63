// The explorer's process. Everything it does is in the command line's layer.
#include "explorer/cli/cli.hpp"

int main(int count, char** arguments) { return exo::cli::main(count, arguments); }
