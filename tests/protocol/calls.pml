/* The ways into the kernel: the system calls that matter here, the timer tick with the host's commands, and the way out
   of every entry, on which the running environment is told what waits for it. */

/* slices::next: round robin over who has slices. One that waits to be entered runs if there is something to tell it
   (upcalls::rouse), else whom it waits for runs (runner_for); nobody, and the idle loop runs. */
#define rousable(e_) (!env[e_].masked && (waits_for(0, e_) || waits_for(1, e_)))
#define waits_for(r_, e_) (request[r_].owner == (e_) && \
  (request[r_].stage == Notify -> env[e_].wants_news : (request[r_].untold || request[r_].waits) && env[e_].wants_revoke))
#define has_slice(e_) (env[e_].ready && env[e_].slices)
#define can_run(e_) (env[e_].ready && (!env[e_].parked || rousable(e_)))

inline switch_to(e_) {
  running = e_;
  env[e_].parked = 0;
  env[e_].calls = NOBODY
}

inline next() {
  leaving = 0;
  h = (running == 1 -> 2 : 1); /* whose turn it is */
  do
  :: m < 2 && has_slice(h) && can_run(h) ->
    switch_to(h);
    break
  :: m < 2 && has_slice(h) && !can_run(h) && env[h].calls != NOBODY && can_run(env[h].calls) ->
    h = env[h].calls;
    switch_to(h);
    break
  :: m == 2 ->
    running = NOBODY;
    break
  :: else ->
    h = 3 - h;
    m++
  od;
  h = 0;
  m = 0
}

/* slices::tick: at the end of a slice an environment with a SliceEnd handler may leave by itself; every tick that it
   stays is counted, and too many cost it its life. */
inline slice_tick() {
  if
  :: leaving > 0 && running != NOBODY ->
    leaving++;
    if
    :: leaving > EXCESS -> victim = running
    :: else
    fi
  :: leaving == 0 && polite_end && running != NOBODY -> leaving = 1
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
    :: r == REQUESTS -> /* begin: the oldest news gives way; the repossession vector has it too */
      r = (request[older].stage == Notify -> older : 1 - older);
      owed[request[r].owner]--;
      end(r)
    :: else
    fi;
    older = (request[1 - r].owner != NOBODY -> 1 - r : r);
    if
    :: request[r].owner == NOBODY ->
      request[r].owner = e_;
      request[r].frame = f_;
      request[r].patience = (limits_ != AT_ONCE);
      request[r].deadline = (limits_ != FOR_EVER);
      request[r].untold = 1;
      if
      :: f_ < FRAMES -> frame[f_].under = 1
      :: f_ == SLICE -> env[e_].asked_for = 1
      :: else
      fi;
      if
      :: fault == ARMED_BEFORE_TOLD ->
        start_clock(r);
        request[r].untold = 1
      :: else
      fi
    :: else
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
    release_slice(e_);
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
    env[e_].parked = 0;
    env[e_].calls = NOBODY;
    if
    :: env[3 - e_].calls == e_ -> /* transfers::forget: it is entered with the news that nobody will answer */
      env[3 - e_].calls = NOBODY;
      env[3 - e_].parked = 0
    :: else
    fi;
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
  for (h : 1 .. ENVS) {
    m = 0;
    for (n : 0 .. REQUESTS - 1) {
      if
      :: request[n].owner == h && request[n].stage < Taken && request[n].frame == SLICE -> m++
      :: else
      fi
    }
    assert(m == env[h].asked_for && (env[h].slices || !env[h].asked_for));
    assert(running != h || !env[h].parked)
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
  byte late, newest;                 /* drawn on entry: see maybe_time_passes, choose, slice_tick */
  bit polite_end;
  byte last_told, victim;
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
      :: polite_end = 0
      :: LEAVING && call == Tick && leaving == 0 && running != NOBODY -> polite_end = 1
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
        :: call == Revoke || (call == Tick && b <= SLICE) -> ask(a, b, c)
        :: call == Demand -> demand(a)
        :: call == Yield && a == 0 -> next()
        :: call == Yield && a != 0 && a != running && env[a].ready && !env[a].parked ->
          leaving = 0;
          running = a
        :: call == Enter && may_enter(running, a) -> /* pct: the callee gets this slice, and those that follow */
          leaving = 0;
          env[running].parked = 1;
          env[running].calls = a;
          switch_to(a)
        :: call == Park -> /* entry_wait */
          env[running].parked = 1;
          next()
        :: call == GiveSlice -> env[a].slices = env[a].ready
        :: call == DropSlice ->
          returned(running, SLICE);
          release_slice(running)
        :: call == Kill || (call == Tick && b == KILL) -> victim = a
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
      d_step {
        if
        :: victim != NOBODY ->
          kill(victim);
          victim = NOBODY
        :: else
        fi
      }
      d_step { poll(NOWHERE) /* on_timer */ }
      d_step {
        if
        :: running != NOBODY && leaving == 0 ->
#ifdef CLAIMS
          listened = (running == request[watched].owner && !env[running].masked);
#endif
          tell(running)
        :: else
        fi
      }
      d_step {
        check();
        call = 0; a = 0; b = 0; c = 0; late = 0; newest = 0; polite_end = 0; f = 0; i = 0; j = 0; k = 0
      }
    }
  od
}
