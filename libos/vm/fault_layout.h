/* The block on the stack that fault_entry.S saves registers in. Its first 16 bytes are the home of the callee's a0 to a3. */
#pragma once

#define SAVE_PC 16
#define SAVE_CAUSE 20
#define SAVE_ADDRESS 24
#define SAVE_AT 28
#define SAVE_V0 32
#define SAVE_V1 36
#define SAVE_A0 40
#define SAVE_A1 44
#define SAVE_A2 48
#define SAVE_A3 52
#define SAVE_T0 56
#define SAVE_T1 60
#define SAVE_T2 64
#define SAVE_T3 68
#define SAVE_T4 72
#define SAVE_T5 76
#define SAVE_T6 80
#define SAVE_T7 84
#define SAVE_T8 88
#define SAVE_T9 92
#define SAVE_RA 96
#define SAVE_HI 100
#define SAVE_LO 104
#define SAVE_BYTES 112
