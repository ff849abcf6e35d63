/* The protocol of visible revocation, deadline, abort and notification as a Promela model, searched by spin for every
   order in which library OSes, timer, alarm and host can act: an abort that comes early, news that is lost, a frame with
   two owners, a guaranteed frame that is taken, a request that never ends.

   proctype, inline         stands for
   Kernel                   trap() of kernel/core/main.cpp with on_timer(); one entry is one step, as interrupts are off
   add, withdraw, act,      kernel/core/deadlines.cpp; time is counted in a few units, and a deadline can fire only when
     poll                     all of its units have gone by. One unit at most ends within an entry, at any of its polls
   ask, demand, returned,   the functions of kernel/core/revocation.cpp and requests.cpp (ask is request() with begin(),
     start_clock, abort,      find_earliest is earliest()); `choose` may find any frame to be the newest
     complete, finish, end,
     tell, tell_one,
     tell_the_absent,
     act_on_due, end_all_of
   release, transfer,       kernel/core/frames.cpp: the list of an owner and what can reach the frame (bindings,
     take_by_force            capabilities of the present generation) stand for bindings and generations
   kill, create             environments::destroy(), and env_create with env_map and env_start (kernel/syscalls)
   slice_tick, next         kernel/core/slices.cpp: the tick with the excess time of a SliceEnd handler (`leaving`), and
                              who runs next, with runner_for() and upcalls::rouse(); each has one slice or none
   Enter, Park              transfers.cpp: pct and entry_wait
   Hostile, Arbiter         two library OSes: one that does whatever it can, and one that also asks, kills and creates
   Timer, Clock             the tick with the commands of control.cpp, and the alarm

   Left out: contents and save locations, the other upcalls (a mask by the library OS itself has the same effect), slices
   that are forfeited (the environment runs later), dormant environments (to be told, they are like one that waits to be
   entered and masks), and what a refused call does, which is nothing.

   Claims. By assertion: no early abort (abort), no guaranteed frame taken (take_by_force), no double owner (join_owner,
   check), one request for a frame, no lost news: whoever lost a frame has been told or did not want to hear, unless it is
   gone (check), the alarm stands for the earliest deadline (check). Under weak fairness (clock and timer go on, nothing is
   asked of the library OSes): a request with a deadline ends. One without may be for ever, until it is demanded; and news
   arrives when its owner listens often enough, unless the table is full: then the oldest is left to the repossession
   vector. */
#include "state.pml"
#include "kernel.pml"
#include "calls.pml"
#include "environments.pml"

init {
  atomic {
    c_code { now.fault = getenv("FAULT") ? atoi(getenv("FAULT")) : 0; };
    c_code { now.watched = getenv("WATCH") ? atoi(getenv("WATCH")) : 0; };
    c_code { now.features = getenv("FEATURES") ? atoi(getenv("FEATURES")) : 511; };
    frame[0].owner = 1;
    frame[0].guaranteed = 1;
    frame[0].live = SET(1);
    frame[0].bound = SET(1);
    frame[1].free = 1;
    frame[2].free = 1;
    env[1].ready = 1;
    env[1].slices = 1;
    env[1].wants_revoke = 1;
    env[1].wants_news = 1;
    env[2].ready = 1;
    env[2].slices = 1;
    env[2].wants_revoke = 1;
    env[2].wants_news = 1;
    running = 1;
    run Kernel();
    run Hostile();
    run Arbiter();
    run Timer();
    run Clock()
  }
}

#ifdef CLAIMS
#define pending (request[watched].owner != NOBODY && request[watched].stage < Taken && request[watched].deadline && !over)
#define news (request[watched].stage == Notify && !over)
ltl every_request_ends { [] (pending -> <> !pending) }
ltl news_arrives { ([] <> listened) -> [] (news -> <> !news) }
#endif
