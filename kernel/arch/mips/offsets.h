// Numbers that assembly and C++ share. trap_frame.hpp and trace.cpp assert that they match the structures.
#pragma once

#define FRAME_AT 4        // registers 1 to 31 at 4 * number
#define FRAME_LO 128
#define FRAME_HI 132
#define FRAME_PC 136
#define FRAME_CAUSE 140
#define FRAME_BADVADDR 144
#define FRAME_STATUS 148
#define FRAME_BYTES 152

#define SHARED_HIGH 0x80f0     // TraceShared in unmapped memory, upper half of its address
#define SHARED_HEAD 32
#define SHARED_SCRATCH 44      // three words that the refill code saves registers in
#define SHARED_REFILL_WORD 56  // event number of TlbRefilled and the running environment, as the record holds them
#define SHARED_PC 60           // user instruction that the kernel works for
#define SHARED_TRACING 68
#define SHARED_STOP_AT 128
#define SHARED_STOP_ON 256
#define RING_HIGH 0x8100
#define RING_INDEX_BITS 18
#define EVENT_TLB_REFILLED 41

#define STLB_INDEX_BITS 12     // of the page pair; 16-byte entries
