/* The kernel's part: each inline stands for the function of the same name (see revocation.pml). It runs with interrupts
   off, so an entry is one atomic step; within it others' deadlines are met at the polls, and only there. */

/* ---- deadlines.cpp ------------------------------------------------------------------------------------------------ */

inline add(moment_) {
  if
  :: !any || moment_ < earliest -> earliest = moment_
  :: else
  fi;
  any = 1
}

/* revocation::earliest */
inline find_earliest() {
  any = 0;
  earliest = 0;
  for (k : 0 .. REQUESTS - 1) {
    if
    :: request[k].clock -> add(request[k].moment)
    :: else
    fi
  }
}

inline withdraw(moment_) {
  if
  :: fault == ALARM_IS_LOST -> any = 0
  :: fault != ALARM_IS_LOST && any && moment_ == earliest -> find_earliest()
  :: else
  fi
}

inline time_passes() {
  for (t : 0 .. REQUESTS - 1) {
    if
    :: request[t].clock && request[t].moment > 0 -> request[t].moment--
    :: else
    fi;
    if
    :: request[t].promised > 0 -> request[t].promised--
    :: else
    fi
  }
  if
  :: earliest > 0 -> earliest--
  :: else
  fi;
  t = 0
}

/* A unit of time may end while the kernel works: `late` says at which poll it does. */
inline maybe_time_passes(place_) {
  if
  :: late == place_ ->
    late = NOT_LATE;
    time_passes()
  :: else
  fi
}

/* ---- requests.cpp, frames.cpp ------------------------------------------------------------------------------------- */

inline end(r_) {
  request[r_].owner = NOBODY;
  request[r_].stage = 0;
  request[r_].untold = 0;
  request[r_].waits = 0;
  request[r_].clock = 0;
  request[r_].frame = 0;
  request[r_].moment = 0;
  request[r_].patience = 0;
  request[r_].deadline = 0;
  request[r_].promised = 0;
  request[r_].warned = 0;
  request[r_].recorded = 0;
  older = (request[1 - (r_)].owner != NOBODY -> 1 - (r_) : 0);
#ifdef CLAIMS
  if
  :: r_ == watched -> over = 1
  :: else
  fi
#endif
}

inline join_owner(f_, e_) {
  assert(frame[f_].owner == NOBODY && frame[f_].bound == 0 && frame[f_].live == 0); /* no double owner */
  frame[f_].owner = e_;
  frame[f_].live = SET(e_); /* the capability that the call hands out... */
  frame[f_].bound = SET(e_) /* ...and what its owner does with it first */
}

inline reset(f_) {
  frame[f_].owner = NOBODY;
  frame[f_].guaranteed = 0;
  frame[f_].under = 0;
  frame[f_].live = 0
}

inline release(f_) {
  frame[f_].bound = 0;
  reset(f_);
  frame[f_].free = 1
}

inline take_by_force(f_) {
  assert(!frame[f_].guaranteed); /* no guaranteed frame is taken */
  g = frame[f_].live;
  reset(f_);
  frame[f_].live = (fault == OLD_GENERATION_LIVES -> g : 0);
  frame[f_].saving = 1;
  g = 0
}

inline release_slice(e_) {
  env[e_].slices = 0;
  env[e_].asked_for = 0
}

/* ---- revocation.cpp ----------------------------------------------------------------------------------------------- */

inline finish(r_) {
  if
  :: request[r_].frame < FRAMES && (request[r_].stage < Taken || fault == FLAG_OF_ANOTHER) ->
    frame[request[r_].frame].under = 0
  :: request[r_].frame == SLICE && request[r_].stage < Taken -> env[request[r_].owner].asked_for = 0
  :: else
  fi;
  if
  :: request[r_].clock ->
    m = request[r_].moment;
    end(r_);
    withdraw(m);
    m = 0
  :: else -> end(r_)
  fi
}

#define demands(r_) (request[r_].stage == Asked || (!request[r_].patience && request[r_].deadline))

inline start_clock(r_) {
  request[r_].untold = 0;
  if
  :: demands(r_) ->
    request[r_].stage = Demanded;
    request[r_].clock = 1;
    request[r_].moment = DEADLINE
  :: else ->
    request[r_].stage = Asked;
    request[r_].clock = request[r_].deadline;
    request[r_].moment = (request[r_].deadline -> PATIENCE : 0)
  fi;
  if
  :: request[r_].clock -> add(request[r_].moment)
  :: else
  fi
}

/* Ghost: from now on the owner may count on its deadline. Called where it hears, or has chosen not to. */
inline promise(r_) {
  if
  :: request[r_].untold && demands(r_) ->
    request[r_].promised = DEADLINE;
    request[r_].warned = 1
  :: else
  fi
}

#define may_take(f_) \
  (frame[f_].owner == request[r_].owner && !frame[f_].under && (!frame[f_].guaranteed || fault == CHOOSES_GUARANTEED))
/* The frame that its owner took last: which that is, `newest` says, drawn beforehand. */
inline choose(r_) {
  if
  :: request[r_].frame != ANY -> f = request[r_].frame
  :: else ->
    if
    :: may_take(newest) -> f = newest
    :: !may_take(newest) && may_take(FRAMES - newest) -> f = FRAMES - newest
    :: !may_take(newest) && !may_take(FRAMES - newest) && may_take(0) -> f = 0
    :: else -> f = NONE
    fi
  fi
}

inline abort(r_) {
  assert(request[r_].warned && request[r_].promised == 0); /* no early abort */
  choose(r_);
  request[r_].clock = 0;
  request[r_].moment = 0;
  if
  :: f == NONE -> finish(r_)
  :: f == SLICE -> /* abort_slice: taking it is all there is to do */
    assert(env[request[r_].owner].slices);
    release_slice(request[r_].owner);
    request[r_].recorded = 1;
    request[r_].stage = Notify;
    owed[request[r_].owner]++
  :: else ->
    assert(frame[f].owner == request[r_].owner);
    request[r_].frame = f;
    request[r_].stage = Taken;
    to_complete++;
    owed[request[r_].owner]++;
    take_by_force(f)
  fi;
  f = 0
}

inline act_on_due() {
  for (i : 0 .. REQUESTS - 1) {
    if
    :: request[i].clock && (request[i].moment == 0 || fault == FIRED_EARLY) ->
      if
      :: request[i].stage == Demanded -> abort(i)
      :: else ->
        request[i].clock = 0;
        request[i].untold = 1;
        request[i].waits = 0
      fi
    :: else
    fi
  }
  i = 0;
  find_earliest()
}

inline meet_deadlines() {
  do
  :: any && earliest == 0 -> act_on_due()
  :: else -> break
  od
}

/* Within complete(): the others' deadlines are met, their aborts are completed afterwards. */
inline nested_poll() {
  maybe_time_passes(IN_COMPLETE);
  meet_deadlines();
  if
  :: fault == COMPLETED_TWICE -> free_and_record(j)
  :: else
  fi
}

inline free_and_record(r_) {
  assert(frame[request[r_].frame].saving);
  frame[request[r_].frame].saving = 0;
  frame[request[r_].frame].free = 1;
  request[r_].recorded = 1;
  request[r_].stage = Notify;
  to_complete--
}

inline complete(r_) {
  if
  :: fault != BINDINGS_KEPT -> frame[request[r_].frame].bound = 0
  :: else
  fi;
  nested_poll();
  free_and_record(r_);
  if
  :: fault == FREED_IN_SILENCE -> end(r_)
  :: else
  fi
}

/* complete_taken() and act() */
inline act() {
  meet_deadlines();
  do
  :: to_complete != 0 ->
    for (j : 0 .. REQUESTS - 1) {
      if
      :: request[j].owner != NOBODY && request[j].stage == Taken -> complete(j)
      :: else
      fi
    }
    j = 0
  :: else -> break
  od
}

inline poll(place_) {
  maybe_time_passes(place_);
  act()
}

inline tell_one(e_, r_) {
  if
  :: request[r_].stage == Notify ->
    assert(request[r_].recorded);
    if
    :: !env[e_].wants_news ->
      owed[e_]--; /* it does not want to hear: the vector has it */
      finish(r_)
    :: env[e_].wants_news && !env[e_].masked ->
      owed[e_]--;
      env[e_].masked = 1;
      finish(r_)
    :: fault == NEWS_NOT_KEPT && env[e_].wants_news && env[e_].masked -> finish(r_)
    :: else
    fi
  :: else ->
    if
    :: request[r_].untold -> request[r_].waits = env[e_].wants_revoke
    :: else
    fi;
    if
    :: request[r_].waits && env[e_].wants_revoke && !env[e_].masked ->
      env[e_].masked = 1;
      request[r_].waits = 0
    :: else
    fi;
    if
    :: request[r_].untold && !(fault == MASK_STOPS_CLOCK && request[r_].waits) ->
      promise(r_);
      start_clock(r_)
    :: else
    fi
  fi
}

/* At most one can enter, so the one that has waited longest comes first. */
inline tell(e_) {
  for (n : 0 .. REQUESTS - 1) {
    h = (fault == TABLE_ORDER -> n : (n == 0 -> older : 1 - last_told));
    last_told = h;
    if
    :: request[h].owner == e_ && request[h].stage != Taken -> tell_one(e_, h)
    :: else
    fi;
    poll(IN_TELL)
  }
  n = 0;
  h = 0;
  last_told = 0
}

#define runs_again(e_) (env[e_].slices && (!env[e_].parked || !env[e_].masked || fault == PARKED_FORGOTTEN))

inline tell_the_absent() {
  for (n : 0 .. REQUESTS - 1) {
    if
    :: fault != ABSENT_FORGOTTEN && request[n].owner != NOBODY && request[n].untold && request[n].owner != running &&
       !runs_again(request[n].owner) ->
      request[n].waits = env[request[n].owner].wants_revoke;
      promise(n);
      start_clock(n)
    :: else
    fi
  }
  n = 0
}

#define open(r_, e_) (request[r_].owner == e_ && request[r_].frame == ANY && request[r_].stage < Taken)

/* requests::for_return: the request that names it, or else the oldest for any. */
inline returned(e_, f_) {
  r = NONE;
  for (k : 0 .. REQUESTS - 1) {
    if
    :: request[k].owner == e_ && request[k].frame == f_ && (request[k].stage < Taken || fault == NEWS_IS_ANSWERED) -> r = k
    :: else
    fi
  }
  k = 0;
  if
  :: r != NONE -> finish(r)
  :: r == NONE && f_ < FRAMES && open(older, e_) -> finish(older)
  :: r == NONE && f_ < FRAMES && !open(older, e_) && open(1 - older, e_) -> finish(1 - older)
  :: else
  fi;
  r = 0
}

inline end_all_of(e_) {
  for (n : 0 .. REQUESTS - 1) {
    if
    :: request[n].owner == e_ && request[n].stage < Taken -> finish(n)
    :: request[n].owner == e_ && request[n].stage == Taken ->
      frame[request[n].frame].bound = 0;
      frame[request[n].frame].saving = 0;
      frame[request[n].frame].free = 1;
      to_complete--;
      end(n)
    :: request[n].owner == e_ && request[n].stage == Notify -> end(n)
    :: else
    fi
  }
  n = 0;
  owed[e_] = 0
}
