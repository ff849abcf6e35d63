// Environments as processes: which there are, which one is meant, and leaving them.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/remote/conversation.hpp"
#include "explorer/remote/text.hpp"

namespace exo::remote {

namespace {

using debugger::Thread;

constexpr const char* kBadThread = "E16";  // EINVAL, 22

std::string name_of(const Thread& thread) {
  return thread.env == debugger::kKernel && thread.name.empty() ? "kernel" : thread.name;
}

}  // namespace

// The kernel comes last, so that gdb's number of an inferior is the environment's as long as none is missing.
std::vector<Thread> Conversation::threads() const {
  std::vector<Thread> all = target_.everyone();
  for (Thread& there : target_.threads()) {
    const auto known = std::ranges::find(all, there.env, &Thread::env);
    if (known == all.end())
      all.push_back(std::move(there));
    else
      *known = std::move(there);
  }
  std::erase_if(all, [this](const Thread& thread) { return gone_.contains(thread.env); });
  std::ranges::sort(all, {}, [](const Thread& thread) { return process_of(thread.env); });
  return all;
}

bool Conversation::is_known(Environment env) const {
  const auto all = threads();
  return std::ranges::find(all, env, &Thread::env) != all.end();
}

debugger::Environment Conversation::chosen(const ThreadId& id) const {
  if (id.which == ThreadId::Which::One) return id.env;
  const Environment running = target_.running();
  const auto all = threads();
  if (all.empty() || std::ranges::find(all, running, &Thread::env) != all.end()) return running;
  return all.front().env;
}

std::string Conversation::select(std::string_view rest) {
  const bool general = take(rest, "g");
  if (!general && !take(rest, "c")) return kBadThread;
  const auto id = take_thread(rest);
  if (!id || !rest.empty()) return kBadThread;
  if (id->which == ThreadId::Which::One && !is_known(id->env)) return kBadThread;
  (general ? general_ : continued_) = *id;
  return "OK";
}

std::string Conversation::alive(std::string_view rest) {
  const auto id = take_thread(rest);
  return id && id->which == ThreadId::Which::One && is_known(id->env) ? "OK" : kBadThread;
}

std::string Conversation::current(std::string_view) { return "QC" + thread_text(chosen(general_), processes_); }

std::string Conversation::first_threads(std::string_view) {
  std::string out;
  for (const Thread& thread : threads()) out += (out.empty() ? "m" : ",") + thread_text(thread.env, processes_);
  return out.empty() ? "l" : out;
}

std::string Conversation::more_threads(std::string_view) { return "l"; }

std::string Conversation::extra_info(std::string_view rest) {
  const auto id = take_thread(rest);
  if (!id || id->which != ThreadId::Which::One) return kBadThread;
  for (const Thread& thread : threads())
    if (thread.env == id->env) return to_hex(fmt::format("{}, {}", name_of(thread), thread.doing));
  return kBadThread;
}

std::string Conversation::threads_xml() const {
  std::string out = "<?xml version=\"1.0\"?>\n<threads>\n";
  for (const Thread& thread : threads())
    out += fmt::format("<thread id=\"{}\" core=\"0\" name=\"{}\">{}</thread>\n", thread_text(thread.env, processes_),
                       xml_text(name_of(thread)), xml_text(thread.doing));
  return out + "</threads>\n";
}

// They were there before gdb: it leaves them alone when it goes.
std::string Conversation::attached(std::string_view) { return "1"; }

std::string Conversation::attach(std::string_view rest) {
  const auto process = take_word(rest);
  if (!process) return kBadThread;
  const Environment env = environment_of(*process);
  const bool was_gone = gone_.erase(env) != 0;
  if (!is_known(env)) {
    if (was_gone) gone_.insert(env);
    return kBadThread;
  }
  general_ = {ThreadId::Which::One, env};
  return "T05thread:" + thread_text(env, processes_) + ";";
}

std::string Conversation::detach(std::string_view rest) {
  if (!take(rest, ";")) {
    for (const Thread& thread : threads()) gone_.insert(thread.env);
    return "OK";
  }
  return kill_one(rest);
}

// What has happened can't be killed; gdb gets rid of it all the same.
std::string Conversation::kill_one(std::string_view rest) {
  const auto process = take_word(rest);
  if (!process || !is_known(environment_of(*process))) return kBadThread;
  gone_.insert(environment_of(*process));
  std::erase_if(places_, [&](const auto& place) { return place.first.env == environment_of(*process); });
  return "OK";
}

std::string Conversation::kill(std::string_view) {
  over_ = true;
  return "";
}

}  // namespace exo::remote
