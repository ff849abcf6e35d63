/* The world around the kernel. What the environments may do beside masking, taking and giving back frames and being asked
   is said by FEATURES (state.pml). Frame 0 is a guaranteed one of environment 1, as long as that lives. */

/* The library OS that is asked does whatever it can: it has no obligation to be polite, or even sane. */
proctype Hostile() {
  do
  :: atomic { running == 1 && frame[1].free -> trap ! Alloc, 1, 0, 0 }
  :: atomic { running == 1 && frame[2].free -> trap ! Alloc, 2, 0, 0 }
  :: atomic { running == 1 && owned(1, 1) -> trap ! Free, 1, 0, 0 }
  :: atomic { running == 1 && owned(1, 2) -> trap ! Free, 2, 0, 0 }
  :: atomic { REUSE && running == 1 && may_give(1, 2) -> trap ! Transfer, 2, 2, 0 }
  :: atomic { running == 1 -> trap ! Nothing, 0, 0, 0 }
  :: atomic { running == 1 && !env[1].masked -> env[1].masked = 1 }
  :: atomic { running == 1 && env[1].masked -> env[1].masked = 0 }
  :: atomic { HANDLERS && running == 1 && (env[1].wants_revoke != 0 || env[1].wants_news != 0) -> trap ! Handlers, 0, 0, 0 }
  :: atomic { HANDLERS && running == 1 && (env[1].wants_revoke != 0 || env[1].wants_news != 1) -> trap ! Handlers, 0, 1, 0 }
  :: atomic { HANDLERS && running == 1 && (env[1].wants_revoke != 1 || env[1].wants_news != 0) -> trap ! Handlers, 1, 0, 0 }
  :: atomic { HANDLERS && running == 1 && (env[1].wants_revoke != 1 || env[1].wants_news != 1) -> trap ! Handlers, 1, 1, 0 }
  :: atomic { running == 1 -> trap ! Yield, 0, 0, 0 }
  :: atomic { (SLICES || SLICE_TOO) && running == 1 && env[1].slices -> trap ! DropSlice, 0, 0, 0 }
  :: atomic { TRANSFERS && running == 1 && may_enter(1, 2) -> trap ! Enter, 2, 0, 0 }
  :: atomic { TRANSFERS && running == 1 -> trap ! Park, 0, 0, 0 }
  :: atomic { KILLS && running == 1 -> trap ! Kill, 1, 0, 0 }
  od
}

/* Another library OS, which also holds all authority: it takes the frames that become free, asks, kills and creates. */
proctype Arbiter() {
  do
  :: atomic { (REUSE || KILLS) && running == 2 && frame[0].free -> trap ! Alloc, 0, 0, 0 }
  :: atomic { (REUSE || KILLS) && running == 2 && frame[2].free -> trap ! Alloc, 2, 0, 0 }
  :: atomic { REUSE && running == 2 && owned(2, 2) -> trap ! Free, 2, 0, 0 }
  :: atomic { REUSE && running == 2 && may_give(2, 2) && env[1].ready -> trap ! Transfer, 2, 1, 0 }
  :: atomic { running == 2 -> trap ! Nothing, 0, 0, 0 }
  :: atomic { running == 2 && env[2].masked -> env[2].masked = 0 }
  :: atomic { running == 2 && env[1].ready && !env[1].parked -> trap ! Yield, 1, 0, 0 }
  :: atomic { TRANSFERS && running == 2 && may_enter(2, 1) -> trap ! Enter, 1, 0, 0 }
  :: atomic { TRANSFERS && running == 2 -> trap ! Park, 0, 0, 0 }
  :: atomic { (SLICES || SLICE_TOO) && running == 2 && env[1].ready && !env[1].slices -> trap ! GiveSlice, 1, 0, 0 }
  :: atomic { KILLS && running == 2 && !env[1].ready && may_give(2, 0) -> trap ! Create, 1, 0, 0 }
  :: atomic { KILLS && running == 2 && !env[1].ready && may_give(2, 2) -> trap ! Create, 1, 2, 0 }
  :: atomic { running == 2 && may_ask(1, 1) -> trap ! Revoke, 1, 1, PATIENT }
  :: atomic { DEMANDS && running == 2 && may_demand(0) -> trap ! Demand, 0, 0, 0 }
  :: atomic { DEMANDS && running == 2 && may_demand(1) -> trap ! Demand, 1, 0, 0 }
  od
}

/* The timer tick, and with it the host's commands (control.cpp). */
proctype Timer() {
  do
  :: trap ! Tick, 0, NO_COMMAND, 0
  :: atomic { may_ask(1, 0) -> trap ! Tick, 1, 0, AT_ONCE }
  :: atomic { may_ask(1, 1) -> trap ! Tick, 1, 1, AT_ONCE }
  :: atomic { may_ask(1, 2) -> trap ! Tick, 1, 2, AT_ONCE }
  :: atomic { may_ask(1, 2) -> trap ! Tick, 1, 2, PATIENT }
  :: atomic { DEMANDS && may_ask(1, 2) -> trap ! Tick, 1, 2, FOR_EVER }
  :: atomic { ANY_FRAME && may_ask(1, ANY) -> trap ! Tick, 1, ANY, PATIENT }
  :: atomic { ANY_FRAME && may_ask(1, ANY) -> trap ! Tick, 1, ANY, AT_ONCE }
  :: atomic { REUSE && may_ask(2, 2) -> trap ! Tick, 2, 2, AT_ONCE }
  :: atomic { REUSE && ANY_FRAME && may_ask(2, ANY) -> trap ! Tick, 2, ANY, PATIENT }
  :: atomic { SLICE_TOO && may_ask(1, SLICE) -> trap ! Tick, 1, SLICE, AT_ONCE }
  :: atomic { SLICE_TOO && may_ask(1, SLICE) -> trap ! Tick, 1, SLICE, PATIENT }
  :: atomic { KILLS && env[1].ready -> trap ! Tick, 1, KILL, 0 }
  od
}

/* Time goes by while user code runs; when the earliest moment has come, the alarm may enter the kernel. */
proctype Clock() {
  byte t;
  do
  :: d_step { any -> time_passes() }
  :: atomic { any && earliest == 0 -> trap ! Nothing, 0, 0, 0 }
  od
}
