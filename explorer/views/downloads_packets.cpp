// The last packets, in and out, in words; of the one that is looked at, its headers.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/packets/describe.hpp"
#include "explorer/views/downloads_parts.hpp"
#include "explorer/views/objects.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

/// One line of the list.
struct Line {
  model::EventNumber event = 0;
  model::Ticks at = 0;
  const model::PacketState* in = nullptr;
  const model::SentState* out = nullptr;
};

std::vector<Line> lines_of(const model::WireState& wire) {
  std::vector<Line> lines;
  for (const model::PacketState& one : wire.packets)
    if (one.arrived != 0) lines.push_back({one.arrived, one.at, &one, nullptr});
  for (const model::SentState& one : wire.sents)
    if (one.event != 0) lines.push_back({one.event, one.at, nullptr, &one});
  std::ranges::sort(lines, std::ranges::greater{}, &Line::event);
  return lines;
}

/// An arrow into the machine or out of it.
void arrow(ImDrawList* list, ImVec2 at, float size, bool inwards, ImU32 colour, float thickness) {
  const float tip = inwards ? at.x + size : at.x, back = inwards ? at.x + size * 0.55f : at.x + size * 0.45f;
  list->AddLine({at.x, at.y}, {at.x + size, at.y}, colour, thickness);
  list->AddLine({tip, at.y}, {back, at.y - size * 0.32f}, colour, thickness);
  list->AddLine({tip, at.y}, {back, at.y + size * 0.32f}, colour, thickness);
}

std::string short_fate(const ViewContext& ctx, const model::PacketState& packet) {
  const std::string owner = packet.owner == 0 ? std::string("nobody's") : model::env_name(ctx.state, packet.owner);
  switch (packet.fate) {
    case model::Fate::Arrived:
      return "arrived";
    case model::Fate::Claimed:
      return owner;
    case model::Fate::Delivered:
      return owner + ", ring";
    case model::Fate::Handled:
      return owner + ", handler";
    case model::Fate::Dropped:
      return packet.owner == 0 ? std::string("nobody\u2019s") : owner + ", dropped";
  }
  return "";
}

void draw_line(const ViewContext& ctx, const Line& line, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const bool in = line.in != nullptr;
  const std::uint32_t number = in ? line.in->number : line.out->number, owner = in ? line.in->owner : line.out->owner;
  const Touch on = touch(ctx, fmt::format("{} {}", in ? "packet" : "sent", number), box);
  const model::PacketState* shown = packet_shown(ctx);
  const bool looked_at = in && shown == line.in;
  if (looked_at || on.hovered) list->AddRectFilled(box.min, box.max, looked_at ? t.card_hover : t.card, ctx.px(3));
  const float y = box.centre().y - ctx.fonts.body->FontSize / 2;
  float x = box.min.x + ctx.px(6);
  arrow(list, {x, box.centre().y}, ctx.px(12), in, owner == 0 ? t.faint : env_colour(t, owner), ctx.px(1.5f));
  x += ctx.px(18);
  draw_text_right(list, ctx.fonts.mono_small, {x + ctx.px(22), box.centre().y - ctx.fonts.mono_small->FontSize / 2},
                  t.faint, fmt::format("{}", number));
  x += ctx.px(30);
  const std::string fate = in                       ? short_fate(ctx, *line.in)
                           : line.out->handler != 0 ? download_name(ctx.state, line.out->handler)
                                                    : model::env_name(ctx.state, owner);
  const float wide = std::min(text_width(ctx.fonts.body, fate), box.width() * 0.36f);
  const float right = box.max.x - ctx.px(8) - wide;
  const std::string text = packets::describe(model::packet_bytes(ctx.history, line.event, ctx.cursor));
  draw_text_cut(list, ctx.fonts.body, {x, y}, right - x - ctx.px(8), t.text, text);
  draw_text_cut(list, ctx.fonts.body, {right, y}, wide + ctx.px(1), owner == 0 ? t.faint : env_ink(t, owner), fate);
  if (on.hovered)
    tooltip(ctx, in ? fmt::format("Packet {} at {} \u00b5s: {}\n{}{}", number, micros_text(line.at), text,
                                  model::fate_text(*line.in, ctx.state),
                                  line.in->answered == 0
                                      ? std::string()
                                      : "\nanswered after " + short_micros(line.in->answered_at - line.in->at))
                    : fmt::format("Sent at {} \u00b5s by {}: {}{}", micros_text(line.at), fate, text,
                                  line.out->answers == 0 ? std::string()
                                                         : fmt::format("\nanswers packet {}", line.out->answers)));
  if (on.asked && in) ask_why(ctx, {Selection::Kind::Packet, number});
  if (!on.clicked) return;
  if (in)
    ctx.select(Selection::Kind::Packet, number);
  else
    ctx.seek(line.event);
}

/// At the right end of a line: the packet that is looked at, once more. Returns the width used.
float draw_send_again(const ViewContext& ctx, Box line) {
  const model::PacketState* packet = packet_shown(ctx);
  const float width = ctx.px(86);
  if (!ctx.live() || packet == nullptr || line.width() < ctx.px(250)) return 0;
  if (button(ctx, "send again", {{line.max.x - width, line.min.y}, line.max}, "Send again",
             fmt::format("Put packet {} on the wire once more, at the kernel's next tick", packet->number)))
    ctx.emit(model::SendPacket{bytes_of(ctx, *packet)});
  return width;
}

}  // namespace

void draw_packets(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const model::WireState& wire = ctx.state.wire;
  const float label = draw_label(ctx, box.min, "PACKETS");
  const float again = draw_send_again(ctx, {{box.min.x, box.min.y - ctx.px(5)}, {box.max.x, box.min.y + ctx.px(16)}});
  draw_text_cut(
      list, ctx.fonts.small, {box.min.x + label + ctx.px(10), box.min.y - ctx.px(1)},
      box.width() - label - again - ctx.px(16), t.faint,
      fmt::format("{} delivered \u00b7 {} handled \u00b7 {} dropped", wire.delivered, wire.handled, wire.dropped));
  // Below, the headers of the one that is looked at.
  std::vector<std::string> headers;
  if (const model::PacketState* packet = packet_shown(ctx); packet != nullptr)
    headers = packet_lines(bytes_of(ctx, *packet));
  const float line = ctx.fonts.small->FontSize + ctx.px(4);
  const float foot = box.height() > ctx.px(150) ? line * float(headers.size()) + ctx.px(8) : 0;
  if (foot > 0) {
    float y = box.max.y - foot + ctx.px(6);
    rule(ctx, {box.min.x, y - ctx.px(4)}, box.width());
    for (const std::string& text : headers) {
      draw_text_cut(list, ctx.fonts.small, {box.min.x, y}, box.width(), t.soft, text);
      y += line;
    }
  }
  const Box field{{box.min.x, box.min.y + ctx.px(20)}, {box.max.x, box.max.y - foot}};
  if (field.height() < ctx.px(16)) return;
  const std::vector<Line> lines = lines_of(wire);
  if (lines.empty()) {
    draw_text(list, ctx.fonts.small, field.min, t.faint, "No packet yet.");
    return;
  }
  ImGui::SetCursorScreenPos(field.min);
  ImGui::BeginChild("packets", {field.width(), field.height()}, false);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float pitch = std::floor(ctx.fonts.body->FontSize + ctx.px(8));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Box row{{origin.x, origin.y + pitch * float(i)},
                  {origin.x + field.width() - ctx.px(10), origin.y + pitch * float(i + 1) - ctx.px(1)}};
    if (row.max.y < field.min.y || row.min.y > field.max.y) continue;
    draw_line(ctx, lines[i], row);
  }
  ImGui::SetCursorScreenPos({origin.x, origin.y + pitch * float(lines.size())});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace exo::views
