/* Where the pages of the tour lie: all that its program, a guest's kernel and the library OSes below have to agree on. */
#pragma once

#define TOUR_ADDRESS 0x20010000 /* its lower half is 0; 40 pages from here on are clear of everyone's in the STLB */
#define TOUR_MOST_PAGES 64
