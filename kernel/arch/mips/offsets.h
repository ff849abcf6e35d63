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

#define RING_HIGH 0x8100       // the trace ring in unmapped memory, upper half of its address
#define RING_INDEX_BITS 18

#define STLB_INDEX_BITS 12     // of the page pair; 16-byte entries
