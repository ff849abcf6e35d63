/* What the kernel keeps, and what the properties are said in. The size is small on purpose: two environments, three frames
   and two requests are enough for every race of two requests for one frame, of two owners, and of two deadlines.

   Time is counted in units in which a clock that was just started has PATIENCE or DEADLINE units left; all clocks run
   together, so their order is kept, and one may fire only when nothing is left of it. */

#define REQUESTS 2
#define FRAMES 3
#define ENVS 2 /* numbers 1 and 2; 0 is nobody, and the idle loop when it runs */
#define NOBODY 0
#define ANY FRAMES         /* asked for: any frame */
#define SLICE (FRAMES + 1) /* asked for: the owner's slice */
#define NONE 255
#define PATIENCE 1
#define DEADLINE 2

/* Stages of a request (kernel/core/requests.hpp). */
#define Requested 0
#define Asked 1
#define Demanded 2
#define Taken 3
#define Notify 4

/* What a revoke call may ask: a demand at once, politely first, politely for ever. */
#define AT_ONCE 0
#define PATIENT 1
#define FOR_EVER 2

typedef Request {
  byte owner; /* NOBODY: unused */
  byte stage;
  bit untold, waits, clock;
  byte frame;
  byte moment;   /* units left of the clock */
  bit patience;  /* the limits: is there patience, is there a deadline? */
  bit deadline;
  byte promised; /* ghost: units that its owner may still count on */
  bit warned;    /* ghost: its owner has heard a demand, or did not want to */
  bit recorded   /* ghost: stands in the repossession vector */
};
typedef Frame {
  byte owner;
  bit guaranteed, under, saving, free;
  byte bound; /* set of environments that reach it through a binding */
  byte live   /* set of environments that hold a capability of its present generation */
};
typedef Environment {
  bit ready, masked;
  bit wants_revoke, wants_news; /* handlers for Revoke and Repossessed */
  bit slices, asked_for;        /* has it any, and is a request for it under way? */
  bit parked;                   /* it gave up its registers and waits to be entered... */
  byte calls                    /* ...by whom; its slice runs that one */
};

Request request[REQUESTS];
Frame frame[FRAMES];
Environment env[ENVS + 1];
byte running;
byte leaving; /* ticks since the running environment's slice was over */
#define EXCESS 2 /* how many of them cost it its life */
byte older;   /* of the requests under way: the one with the lower number */

/* kernel/core/deadlines.cpp: the earliest moment, kept beside the table. */
bit any;
byte earliest;
byte to_complete;

/* Ghosts of the claims about one request: has it ended within this entry, has its owner listened at the end of it? */
byte watched; /* which: the environment variable WATCH */
bit over, listened;

/* Ghost: losses that an environment has not been told of and has not refused to hear of. */
byte owed[ENVS + 1];

/* How the kernel is entered: trap ! call, a, b, c. */
mtype = { Alloc, Free, Transfer, Revoke, Demand, Yield, GiveSlice, DropSlice, Enter, Park, Kill, Create, Handlers, Nothing, Tick };
chan trap = [0] of { mtype, byte, byte, byte };

/* Commands of the host come with a tick: revoke frame b of a, or kill a, or none. */
#define KILL (SLICE + 1)
#define NO_COMMAND (SLICE + 2)

#define SET(e) (1 << (e))

/* At which poll of an entry a unit of time ends, if one does. */
#define NOT_LATE 0
#define NOWHERE 1 /* a poll at which nothing new can happen: a unit that ended here might as well have ended before */
#define IN_COMPLETE 2
#define IN_TELL 3
#define IN_DESTROY 4

/* What the environments may do beside masking, taking and giving back frames and being asked: a search of everything at
   once takes minutes (4 million states), so the test searches some of it at a time. Chosen by the environment variable FEATURES. */
short features;
#define HANDLERS (features & 1)   /* change what they listen to */
#define SLICES (features & 2)     /* give away the processor, and get it back */
#define KILLS (features & 4)      /* destroy and create environment 1 */
#define REUSE (features & 8)      /* environment 2 takes frames, passes them on, is asked for them */
#define DEMANDS (features & 16)   /* requests that are polite for ever, and demands */
#define ANY_FRAME (features & 32) /* requests for any frame */
#define LEAVING (features & 64)   /* slice-end upcalls */
#define TRANSFERS (features & 128) /* enter one another, and wait to be entered */
#define SLICE_TOO (features & 256) /* slices are asked for, like frames */

byte fault; /* the planted fault, or 0; chosen by the environment variable FAULT, so that one program checks them all */
#define ARMED_BEFORE_TOLD 1
#define FREED_IN_SILENCE 2
#define NEWS_NOT_KEPT 3
#define NEWS_IS_ANSWERED 4
#define FLAG_OF_ANOTHER 5
#define ASKED_TWICE 6
#define GIVEN_AWAY 7
#define CHOOSES_GUARANTEED 8
#define BINDINGS_KEPT 9
#define OLD_GENERATION_LIVES 10
#define COMPLETED_TWICE 11
#define KILL_FORGETS 12
#define ALARM_IS_LOST 13
#define MASK_STOPS_CLOCK 14
#define ABSENT_FORGOTTEN 15
#define FIRED_EARLY 16
#define PARKED_FORGOTTEN 17
#define TABLE_ORDER 18

/* The checks of calls. A refused call changes nothing, so the environments make only those that are not refused. */
#define owned(e_, f_) ((frame[f_].live & SET(e_)) && frame[f_].owner == (e_))
#define may_give(e_, f_) (owned(e_, f_) && !frame[f_].guaranteed && (!frame[f_].under || fault == GIVEN_AWAY))
#define kept(e_, f_) (frame[f_].owner == (e_) && !frame[f_].guaranteed)
#define room (request[0].owner == NOBODY || request[1].owner == NOBODY || request[0].stage == Notify || \
              request[1].stage == Notify)
#define may_ask_frame(e_, f_) (kept(e_, f_) && (!frame[f_].under || fault == ASKED_TWICE))
#define may_ask_any(e_) (kept(e_, 0) || kept(e_, 1) || kept(e_, 2))
#define may_ask_slice(e_) (env[e_].slices && !env[e_].asked_for)
#define may_ask(e_, f_) (env[e_].ready && room && ((f_) == ANY -> may_ask_any(e_) : ((f_) == SLICE -> may_ask_slice(e_) : \
                         may_ask_frame(e_, (f_) % FRAMES))))
#define may_enter(e_, to_) (env[to_].ready && env[to_].parked && (e_) != (to_))
#define may_demand(r_) (request[r_].owner != NOBODY && request[r_].stage <= Asked)
