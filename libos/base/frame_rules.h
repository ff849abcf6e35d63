/* What a debugger is told about the assembly that saves an interrupted program (.debug_frame): where the program's registers
   are at each instruction. No instruction comes of it. */
#pragma once

/* The program was interrupted and did not call: it goes on at an address of its own, in a column that is no register, and its
   $ra is what it is. All functions of a source name this column, because the assembler writes one for all of them. */
#define RESUME_COLUMN 66

/* A register lies in the environment page, whose addresses have two bytes (DW_CFA_expression, DW_OP_const2u). */
#define CFI_IN_PAGE(column, address) .cfi_escape 0x10, column, 3, 0x0a, (address) & 255, (address) >> 8
