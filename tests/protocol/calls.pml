/* The ways into the kernel: the system calls that matter here, the timer tick with the host's commands, and the way out
   of every entry, on which the running environment is told what waits for it. */

/* slices::next: round robin over who has slices; nobody, and the idle loop runs. */
inline next() {
  leaving = 0;
  if
  :: running != 1 && env[1].ready && env[1].slices -> running = 1
  :: running != 2 && env[2].ready && env[2].slices -> running = 2
  :: else ->
    if
    :: env[running].ready && env[running].slices
    :: else -> running = NOBODY
    fi
  fi
}

/* slices::tick: the end of a slice; with a SliceEnd handler the environment has until the next one to leave. */
inline slice_tick() {
  if
  :: polite_end && running != NOBODY && !leaving && !env[running].masked ->
    leaving = 1;
    env[running].masked = 1
  :: else -> next()
  fi
}

inline allocate(e_, f_) {
  if
  :: frame[f_].free ->
    frame[f_].free = 0;
    join_owner(f_, e_)
  :: else
  fi
}


inline frame_free(e_, f_) {
  if
  :: owned(e_, f_) && !frame[f_].guaranteed ->
    returned(e_, f_);
    release(f_)
  :: else
  fi
}

inline frame_transfer(f_, to_) {
  frame[f_].bound = 0;
  reset(f_);
  join_owner(f_, to_)
}



/* revocation::request */
inline ask(e_, f_, limits_) {
  if
  :: may_ask(e_, f_) ->
    r = 0;
    do
    :: r < REQUESTS && request[r].owner != NOBODY -> r++
    :: else -> break
    od;
    if
    :: r < REQUESTS ->
      request[r].owner = e_;
      request[r].frame = f_;
      request[r].patience = (limits_ != AT_ONCE);
      request[r].deadline = (limits_ != FOR_EVER);
      request[r].untold = 1;
      if
      :: f_ != ANY -> frame[f_].under = 1
      :: else
      fi;
      if
      :: fault == ARMED_BEFORE_TOLD ->
        start_clock(r);
        request[r].untold = 1
      :: else
      fi
    :: else /* NoneFree */
    fi;
    r = 0
  :: else
  fi
}

inline demand(r_) {
  if
  :: may_demand(r_) ->
    request[r_].patience = 0;
    request[r_].deadline = 1;
    request[r_].untold = 1;
    if
    :: request[r_].clock ->
      request[r_].clock = 0;
      m = request[r_].moment;
      request[r_].moment = 0;
      withdraw(m);
      m = 0
    :: else
    fi
  :: else
  fi
}

/* environments::destroy */
inline kill(e_) {
  if
  :: env[e_].ready ->
    env[e_].slices = 0;
    if
    :: fault != KILL_FORGETS -> end_all_of(e_)
    :: else
    fi;
    for (h : 0 .. FRAMES - 1) {
      if
      :: frame[h].owner == e_ ->
        release(h);
        poll(IN_DESTROY)
      :: else
      fi
    }
    h = 0;
    env[e_].ready = 0;
    env[e_].masked = 0;
    env[e_].wants_revoke = 0;
    env[e_].wants_news = 0;
    owed[e_] = 0;
    if
    :: running == e_ -> next()
    :: else
    fi
  :: else
  fi
}

/* env_create, env_map and env_start: the caller's frame becomes a guaranteed one of the new environment. */
inline create(caller_, e_, f_) {
  if
  :: !env[e_].ready && may_give(caller_, f_) ->
    frame_transfer(f_, e_);
    frame[f_].guaranteed = 1;
    env[e_].ready = 1
  :: else
  fi
}

/* What must hold whenever the kernel is left. */
inline check() {
  assert(to_complete == 0);
  for (h : 0 .. FRAMES - 1) {
    assert(!frame[h].saving && frame[h].free == (frame[h].owner == NOBODY));
    assert(frame[h].owner == NOBODY || env[frame[h].owner].ready);
    assert((frame[h].bound & ~SET(frame[h].owner)) == 0); /* no double owner: nobody else reaches it */
    m = 0;
    for (n : 0 .. REQUESTS - 1) {
      if
      :: request[n].owner != NOBODY && request[n].stage < Taken && request[n].frame == h ->
        assert(frame[h].owner == request[n].owner);
        m++
      :: else
      fi
    }
    assert(m == frame[h].under); /* one request for a frame, and it knows */
  }
  owed_now[1] = 0;
  owed_now[2] = 0;
  m = 0;
  for (n : 0 .. REQUESTS - 1) {
    if
    :: request[n].owner != NOBODY ->
      assert(env[request[n].owner].ready);
      if
      :: request[n].stage >= Taken -> owed_now[request[n].owner]++
      :: else
      fi
    :: else
    fi;
    if
    :: request[n].clock ->
      assert(any && earliest <= request[n].moment); /* the alarm is set for it */
      m++
    :: else
    fi
  }
  assert(any == (m != 0));
  assert(owed_now[1] == owed[1] && owed_now[2] == owed[2]); /* no lost notification */
  owed_now[1] = 0;
  owed_now[2] = 0;
  m = 0;
  n = 0;
  h = 0
}

#define soon(r_) (request[r_].clock && request[r_].moment == 1)

proctype Kernel() {
  mtype call;
  byte a, b, c;                      /* arguments */
  byte f, g, h, i, j, k, m, n, r, t; /* registers: all 0 between entries */
  byte late, newest, oldest;         /* drawn on entry: see maybe_time_passes, choose, returned, slice_tick */
  bit polite_end;
  byte owed_now[ENVS + 1];
  do
  :: atomic {
      trap ? call, a, b, c ->
      if
      :: late = NOT_LATE
      :: soon(0) || soon(REQUESTS - 1) -> late = IN_COMPLETE
      :: soon(0) || soon(REQUESTS - 1) -> late = IN_TELL
      :: (soon(0) || soon(REQUESTS - 1)) && (call == Kill || b == KILL) -> late = IN_DESTROY
      fi;
      if
      :: newest = 1
      :: request[0].owner != NOBODY && request[0].frame == ANY -> newest = FRAMES - 1
      :: request[REQUESTS - 1].owner != NOBODY && request[REQUESTS - 1].frame == ANY -> newest = FRAMES - 1
      fi;
      if
      :: oldest = 0
      :: call == Free && open(0, running) && open(REQUESTS - 1, running) -> oldest = REQUESTS - 1
      fi;
      if
      :: polite_end = 0
      :: LEAVING && call == Tick && !leaving && running != NOBODY && !env[running].masked -> polite_end = 1
      fi;
      d_step {
        over = 0;
        listened = 0;
        if /* capabilities::check_at, scrub, on_timer. Giving back counts from when the call is made: no poll. */
        :: call != Free && call != DropSlice && call != Handlers && call != Yield -> poll(NOWHERE)
        :: else
        fi
      }
      d_step {
        if
        :: call == Alloc -> allocate(running, a)
        :: call == Free -> frame_free(running, a)
        :: call == Transfer && may_give(running, a) && env[b].ready -> frame_transfer(a, b)
        :: call == Revoke || (call == Tick && b <= ANY) -> ask(a, b, c)
        :: call == Demand -> demand(a)
        :: call == Yield && a == 0 -> next()
        :: call == Yield && a != 0 && a != running && env[a].ready ->
          leaving = 0;
          running = a
        :: call == GiveSlice -> env[a].slices = env[a].ready
        :: call == DropSlice -> env[running].slices = 0
        :: call == Kill || (call == Tick && b == KILL) -> kill(a)
        :: call == Create -> create(running, a, b)
        :: call == Handlers ->
          env[running].wants_revoke = a;
          env[running].wants_news = b
        :: else /* refused; upcalls_take, a fault, an alarm; a tick without a command */
        fi;
        if
        :: call == Tick ->
          tell_the_absent();
          slice_tick()
        :: else
        fi
      }
      d_step { poll(NOWHERE) /* on_timer */ }
      d_step {
        if
        :: running != NOBODY && !leaving ->
#ifdef CLAIMS
          listened = (running == request[watched].owner && !env[running].masked);
#endif
          tell(running)
        :: else
        fi
      }
      d_step {
        check();
        call = 0; a = 0; b = 0; c = 0; late = 0; newest = 0; oldest = 0; polite_end = 0; f = 0; i = 0; j = 0; k = 0
      }
    }
  od
}
