// The wire: the packets that came and went last, oldest at the left, in the colour of who got or sent them; and the
// newest of them as a token between the wire, the kernel and its owner.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/machine_parts.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

struct WireMark {
  model::EventNumber event = 0;
  const model::PacketState* packet = nullptr;
  const model::SentState* sent = nullptr;
};

std::vector<WireMark> marks_of(const model::State& state) {
  std::vector<WireMark> marks;
  for (const model::PacketState& packet : state.wire.packets)
    if (packet.arrived != 0) marks.push_back({packet.arrived, &packet, nullptr});
  for (const model::SentState& sent : state.wire.sents)
    if (sent.event != 0) marks.push_back({sent.event, nullptr, &sent});
  std::sort(marks.begin(), marks.end(), [](const WireMark& a, const WireMark& b) { return a.event < b.event; });
  return marks;
}

std::string counts_words(const model::WireState& wire) {
  return fmt::format("{} in \u00b7 {} out", grouped(wire.arrived), grouped(wire.sent));
}

Box strip_of(const ViewContext& ctx, Box box) {
  return {{box.min.x + ctx.px(50), box.min.y},
          {box.max.x - text_width(ctx.fonts.mono_small, counts_words(ctx.state.wire)) - ctx.px(10), box.max.y}};
}

float pitch_of(const ViewContext& ctx) { return ctx.px(16); }

/// The cell of a mark: the newest at the right.
Box cell_of(const ViewContext& ctx, Box strip, std::size_t index, std::size_t count) {
  const float pitch = pitch_of(ctx);
  const std::size_t fit = std::max<std::size_t>(1, std::size_t(std::max(0.0f, strip.width()) / pitch));
  const std::size_t skipped = count > fit ? count - fit : 0;
  if (index < skipped) return {};
  const float x = strip.min.x + pitch * float(index - skipped);
  return {{x, strip.min.y}, {x + pitch - ctx.px(3), strip.max.y}};
}

std::string packet_words(const ViewContext& ctx, const model::PacketState& packet) {
  return fmt::format("Packet {}, {} bytes: {}", packet.number, packet.bytes, model::fate_text(packet, ctx.state));
}

}  // namespace

Box packet_cell(const ViewContext& ctx, Box box, std::uint32_t packet) {
  const auto marks = marks_of(ctx.state);
  for (std::size_t i = 0; i < marks.size(); ++i)
    if (marks[i].packet != nullptr && marks[i].packet->number == packet)
      return cell_of(ctx, strip_of(ctx, box), i, marks.size());
  return {};
}

void draw_wire(const ViewContext& ctx, Box box) {
  const Theme& theme = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_label(ctx, {box.min.x, box.centre().y - ctx.fonts.label->FontSize / 2}, "WIRE");
  const Box strip = strip_of(ctx, box);
  const auto marks = marks_of(ctx.state);
  const float middle = box.centre().y;
  list->AddRectFilled({strip.min.x, middle - ctx.px(0.7f)}, {strip.max.x, middle + ctx.px(0.7f)}, theme.line);
  draw_text_right(list, ctx.fonts.mono_small, {box.max.x, middle - ctx.fonts.mono_small->FontSize / 2}, theme.soft,
                  counts_words(ctx.state.wire));
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const Box cell = cell_of(ctx, strip, i, marks.size());
    if (cell.width() <= 0) continue;
    const ImVec2 c = cell.centre();
    if (const model::PacketState* packet = marks[i].packet; packet != nullptr) {
      const Touch on = touch(ctx, fmt::format("packet {}", packet->number), cell);
      const bool dropped = packet->fate == model::Fate::Dropped;
      const ImU32 colour = packet->owner == 0 ? theme.faint : env_colour(theme, packet->owner);
      list->AddRectFilled(cell.min, cell.max, dropped ? theme.empty : colour, ctx.px(2.5f));
      if (dropped) {
        const float r = ctx.px(3.5f);
        list->AddLine({c.x - r, c.y - r}, {c.x + r, c.y + r}, theme.soft, ctx.px(1.4f));
        list->AddLine({c.x + r, c.y - r}, {c.x - r, c.y + r}, theme.soft, ctx.px(1.4f));
      }
      if (ctx.ui.selection.is(Selection::Kind::Packet, packet->number))
        list->AddRect(cell.min, cell.max, theme.text, ctx.px(2.5f), 0, ctx.px(1.6f));
      if (on.hovered) tooltip(ctx, packet_words(ctx, *packet) + "\n\n" + event_words(ctx, packet->arrived));
      choose(ctx, on, Selection::Kind::Packet, packet->number);
      continue;
    }
    const model::SentState& sent = *marks[i].sent;  // an arrow: it leaves
    const Touch on = touch(ctx, fmt::format("sent {}", sent.number), cell);
    const ImU32 colour = env_colour(theme, sent.owner);
    list->AddRectFilled(cell.min, cell.max, theme.panel, ctx.px(2.5f));
    list->AddTriangleFilled({cell.min.x, cell.min.y + ctx.px(2)}, {cell.max.x, c.y},
                            {cell.min.x, cell.max.y - ctx.px(2)}, colour);
    if (on.hovered)
      tooltip(ctx, fmt::format("{} sent packet {}, {} bytes{}\n\n{}", model::env_name(ctx.state, sent.owner),
                               sent.number, sent.bytes, sent.handler != 0 ? ", by a handler in the kernel" : "",
                               event_words(ctx, sent.event)));
    choose(ctx, on, Selection::Kind::Event, sent.event);
  }
  if (marks.empty())
    draw_text_cut(list, ctx.fonts.small, {strip.min.x, middle - ctx.fonts.small->FontSize - ctx.px(1)}, strip.width(),
                  theme.faint, "");
  if (touch(ctx, "wire", box).hovered)
    tooltip(ctx,
            "The network: squares came in, in the colour of who got them; crossed ones were dropped; arrows went "
            "out. The newest is at the right.");
}

void draw_packet_token(const ViewContext& ctx, const MachineScene& scene) {
  const auto marks = marks_of(ctx.state);
  if (marks.empty()) return;
  const WireMark& newest = marks.back();
  const Theme& theme = ctx.theme;
  const Box strip = strip_of(ctx, scene.plan.wire);
  const Box cell = cell_of(ctx, strip, marks.size() - 1, marks.size());
  if (cell.width() <= 0) return;
  std::uint32_t owner = 0;
  float share = 0.5f;
  bool dropped = false;
  std::string words;
  if (newest.packet != nullptr) {
    const model::PacketState& packet = *newest.packet;
    owner = packet.owner;
    dropped = packet.fate == model::Fate::Dropped;
    share = packet.fate == model::Fate::Delivered ? 0.0f : 0.5f;
    words = packet_words(ctx, packet);
  } else {
    owner = newest.sent->owner;
    share = 1;
    words = fmt::format("{} sent packet {}", model::env_name(ctx.state, owner), newest.sent->number);
  }
  Path path = path_to_strip(scene, dropped ? 0 : owner, cell, -0.3f);
  if (path.empty()) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->ChannelsSetCurrent(kBelow);
  const ImU32 colour = owner == 0 || dropped ? theme.soft : env_colour(theme, owner);
  path.draw_dashed(list, faded(colour, 0.8f), ctx.px(1.6f), ctx.px(3), std::min(share, 0.5f), 1);
  list->ChannelsSetCurrent(kAbove);
  const ImVec2 at = path.at(share);
  const float r = ctx.px(6);
  const Box box{{at.x - r * 1.3f, at.y - r}, {at.x + r * 1.3f, at.y + r}};
  const Touch on = touch(ctx, "packet token", box);
  // An envelope: packets are square, requests are round.
  list->AddRectFilled(box.min, box.max, colour, ctx.px(2));
  list->AddLine(box.min, {at.x, at.y + r * 0.3f}, theme.panel, ctx.px(1.2f));
  list->AddLine({box.max.x, box.min.y}, {at.x, at.y + r * 0.3f}, theme.panel, ctx.px(1.2f));
  if (dropped) {
    list->AddLine({at.x - r, at.y - r * 1.4f}, {at.x + r, at.y + r * 1.4f}, theme.text, ctx.px(2));
    list->AddLine({at.x + r, at.y - r * 1.4f}, {at.x - r, at.y + r * 1.4f}, theme.text, ctx.px(2));
  }
  if (on.hovered) tooltip(ctx, words + "\n\n" + event_words(ctx, newest.event));
  if (newest.packet != nullptr)
    choose(ctx, on, Selection::Kind::Packet, newest.packet->number);
  else
    choose(ctx, on, Selection::Kind::Event, newest.event);
}

}  // namespace exo::views
