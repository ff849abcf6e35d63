// A program to be debugged: calls, a loop and a variable that is written once in a while.
volatile int written = 0;

static int twice(int value) {
  int result = value + value;
  return result;
}

int work(int round) {
  int sum = 0;
  for (int i = 0; i < 3; ++i) {
    sum += twice(i);
  }
  if (round == 2) written = sum;
  return sum;
}

extern "C" void _start() {
  int round = 0;
  for (;;) {
    ++round;
    work(round);
  }
}
