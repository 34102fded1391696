#pragma once

// Loaded before the C library (LD_PRELOAD), this moves the clocks of a process by the seconds that the file named by CLOCK_SHIM says:
// first those of the calendar, then those of the clock that goes on while a machine sleeps.
