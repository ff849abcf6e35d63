// A selected stretch of time in words: a card beside the lanes. Every number is counted from the trace.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/time_actions.hpp"
#include "explorer/views/time_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

std::string name_of(const ViewContext& ctx, std::uint32_t env) {
  // An environment that exists later only has its name from there.
  const bool there = ctx.state.envs[env].state != abi::EnvState::Free;
  return model::env_name(there ? ctx.state : ctx.history.newest(), env);
}

std::uint32_t count(const StretchSummary& summary, abi::Event id) { return summary.totals.events[std::size_t(id)]; }

/// "12 refills, 3 misses": what there is none of is left out.
struct Listed {
  std::string text;
  void add(std::uint64_t number, std::string_view one, std::string_view many) {
    if (number == 0) return;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}", grouped(number), number == 1 ? one : many);
  }
};

std::string length_words(Stretch stretch) {
  const model::Ticks ticks = stretch.to - stretch.from;
  return fmt::format("{} \u00b5s, {} of time", micros_text(ticks), plural(model::instructions(ticks), "instruction"));
}

/// Environments by a number, the largest first.
template <typename Numbers>
std::vector<std::uint32_t> ranked(const Numbers& numbers) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t env = 0; env < abi::kMaxEnvironments; ++env)
    if (numbers[env] != 0) order.push_back(env);
  std::ranges::stable_sort(order, [&](auto a, auto b) { return numbers[a] > numbers[b]; });
  return order;
}

const StretchSummary& counted(const ViewContext& ctx, Stretch stretch) {
  TimeUi& time = ctx.ui.time;
  if (!(time.summary.stretch == stretch) || time.summary_of != ctx.index.scanned()) {
    time.summary = summarize(ctx, stretch);
    time.summary_of = ctx.index.scanned();
  }
  return time.summary;
}

}  // namespace

StretchSummary summarize(const ViewContext& ctx, Stretch stretch) {
  StretchSummary summary;
  summary.stretch = stretch;
  summary.first = ctx.index.at_time(stretch.from);
  summary.last = ctx.index.at_time(stretch.to + 1) - 1;
  summary.totals = ctx.index.totals(summary.first, summary.last);
  // The run under way at the newest event lasts until then, and no longer.
  const model::Ticks newest = ctx.history.ticks(ctx.newest());
  const RunTimes before = ctx.index.ran_until(std::min(stretch.from, newest));
  summary.ran = ctx.index.ran_until(std::min(stretch.to, newest));
  for (std::size_t env = 0; env < summary.ran.size(); ++env) summary.ran[env] -= before[env];
  return summary;
}

std::vector<std::string> summary_words(const ViewContext& ctx, const StretchSummary& summary) {
  using abi::Event;
  std::vector<std::string> lines;
  lines.push_back(fmt::format("{} to {} \u00b5s", micros_text(summary.stretch.from), micros_text(summary.stretch.to)));
  lines.push_back(length_words(summary.stretch));
  lines.push_back(summary.events() == 0 ? std::string("no event")
                                        : fmt::format("{}: {} to {}", plural(summary.events(), "event"),
                                                      grouped(summary.first), grouped(summary.last)));
  const auto span = double(std::max<model::Ticks>(1, summary.stretch.to - summary.stretch.from));
  for (const std::uint32_t env : ranked(summary.ran))
    lines.push_back(fmt::format("{} ran {} \u00b5s ({:.0f} %)", env == 0 ? "nobody" : name_of(ctx, env),
                                micros_text(summary.ran[env]), 100 * double(summary.ran[env]) / span));
  Listed memory, calls, requests, packets;
  memory.add(count(summary, Event::TlbRefilled), "refill", "refills");
  memory.add(count(summary, Event::TlbMissed), "miss passed on", "misses passed on");
  memory.add(count(summary, Event::ExceptionRaised), "exception", "exceptions");
  calls.add(count(summary, Event::Transferred), "protected transfer", "protected transfers");
  calls.add(count(summary, Event::TransferredAsync), "asynchronous transfer", "asynchronous transfers");
  calls.add(count(summary, Event::YieldedTo), "yield", "yields");
  calls.add(count(summary, Event::UpcallDelivered), "upcall", "upcalls");
  requests.add(count(summary, Event::RevokeRequested), "request", "requests");
  requests.add(count(summary, Event::RevokeDemanded), "deadline began", "deadlines began");
  requests.add(count(summary, Event::RevokeReturned), "returned", "returned");
  requests.add(count(summary, Event::RevokeAborted), "taken by force", "taken by force");
  packets.add(count(summary, Event::PacketArrived), "packet arrived", "packets arrived");
  packets.add(count(summary, Event::PacketSent), "packet sent", "packets sent");
  for (const Listed* listed : {&memory, &calls, &requests, &packets})
    if (!listed->text.empty()) lines.push_back(listed->text);

  std::vector<std::pair<std::uint32_t, const char*>> kinds;
  std::vector<std::uint32_t> of(category_names().size());
  for (std::size_t id = 0; id < summary.totals.events.size(); ++id)
    of[category_number(abi::Event(id))] += summary.totals.events[id];
  for (std::size_t i = 0; i < of.size(); ++i)
    if (of[i] != 0) kinds.emplace_back(of[i], category_names()[i]);
  std::ranges::stable_sort(kinds, std::greater<>{}, &std::pair<std::uint32_t, const char*>::first);
  std::string line;
  for (const auto& [number, name] : kinds)
    line += fmt::format("{}{} {}", line.empty() ? "by kind: " : ", ", name, grouped(number));
  if (!line.empty()) lines.push_back(line);
  line.clear();
  for (const std::uint32_t env : ranked(summary.totals.envs))
    line += fmt::format("{}{} {}", line.empty() ? "by who acted: " : ", ", name_of(ctx, env),
                        grouped(summary.totals.envs[env]));
  if (!line.empty()) lines.push_back(line);
  return lines;
}

void draw_stretch_card(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const StretchSummary& summary = counted(ctx, *ctx.ui.time.stretch);
  const std::vector<std::string> lines = summary_words(ctx, summary);
  ctx.mark("stretch card", box);
  list->AddRectFilled(box.min, box.max, t.card, ctx.px(5));
  const float pad = ctx.px(12), row = std::floor(ctx.fonts.small->FontSize * 1.3f), height = ctx.px(22);
  const float width = box.width() - 2 * pad;
  float y = box.min.y + ctx.px(8);
  draw_label(ctx, {box.min.x + pad, y + ctx.px(2)}, "SELECTED TIME");
  const Box close{{box.max.x - pad - ctx.px(18), y - ctx.px(2)}, {box.max.x - pad + ctx.px(4), y + ctx.px(16)}};
  y += ctx.px(20);
  draw_text_cut(list, ctx.fonts.strong, {box.min.x + pad, y}, width, t.text, lines[1]);
  y += ctx.fonts.strong->FontSize + ctx.px(5);
  const float bottom = box.max.y - ctx.px(8) - height - ctx.px(5);
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i == 1 || y + row > bottom) continue;
    draw_text_cut(list, ctx.fonts.small, {box.min.x + pad, y}, width, i == 0 ? t.soft : t.text, lines[i]);
    y += row;
  }
  const Box words{{box.min.x + pad, box.min.y + ctx.px(28)}, {box.max.x - pad, bottom}};
  if (touch(ctx, "stretch words", words).hovered) tooltip(ctx, all);
  if (button(ctx, "stretch clear", close, "\u00d7", "Select no time")) {
    act(ctx, TimeAction::ClearStretch);
    return;
  }
  const float third = (width - 2 * ctx.px(5)) / 3;
  const float top = box.max.y - ctx.px(8) - height;
  auto place = [&](int i) {
    const float x = box.min.x + pad + (third + ctx.px(5)) * float(i);
    return Box{{x, top}, {x + third, top + height}};
  };
  if (button(ctx, "stretch zoom", place(0), "Zoom", "Make it fill the lanes")) act(ctx, TimeAction::ZoomToSelection);
  if (button(ctx, "stretch events", place(1), "Events", "Show only its events in the Events panel"))
    show_in_events(ctx);
  if (button(ctx, "stretch copy", place(2), "Copy", "Copy all these words")) ImGui::SetClipboardText(all.c_str());
}

}  // namespace exo::views
