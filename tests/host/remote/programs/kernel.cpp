// Stands for the kernel: what runs between two environments.
volatile unsigned ticks = 0;

extern "C" void _start() {
  for (;;) ticks = ticks + 1;
}
