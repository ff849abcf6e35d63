// Another program at the same addresses: only the environment tells them apart.
volatile unsigned seen = 0;
volatile unsigned other = 0;

void note(unsigned what) {
  seen = what;
  other = other + 1;
}

extern "C" void _start() {
  unsigned number = 100;
  for (;;) {
    note(number);
    number = number + 1;
  }
}
