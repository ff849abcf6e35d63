// What can be done to the machine from outside: every button is one command in the control ring, taken at the kernel's
// next timer tick and recorded like any other event.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/views.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using Kind = Selection::Kind;

model::Command inject(abi::ControlOp op, std::uint32_t env, std::uint32_t a = 0, std::uint32_t b = 0) {
  return model::Inject{{0, std::uint16_t(op), std::uint16_t(env), a, b}};
}

bool exists(const ViewContext& ctx, std::uint32_t env) {
  return env > 0 && env < abi::kMaxEnvironments && ctx.state.envs[env].state != abi::EnvState::Free;
}

/// The environment that the buttons act on: the form's, else what the selection leads to, else the first that is not
/// the arbiter.
std::uint32_t target_of(const ViewContext& ctx) {
  if (exists(ctx, ctx.ui.inject.target)) return ctx.ui.inject.target;
  const Selection& selected = ctx.ui.selection;
  const auto number = std::uint32_t(selected.number);
  std::uint32_t env = 0;
  if (selected.kind == Kind::Environment) env = number;
  if (selected.kind == Kind::Slice && number < abi::kSlicePositions) env = ctx.state.slices[number];
  if (selected.kind == Kind::Frame && number < abi::kFrameCount) env = ctx.state.frames[number].owner;
  if (exists(ctx, env)) return env;
  for (env = 2; env < abi::kMaxEnvironments; ++env)
    if (exists(ctx, env)) return env;
  return exists(ctx, 1) ? 1 : 0;
}

struct Rows {
  const ViewContext& ctx;
  Box box;
  float y;
  float gap() const { return ctx.px(6); }
  float height() const { return ctx.px(28); }
  /// The next row's cell number `index` of `count`.
  Box cell(int index, int count) const {
    const float width = (box.width() - gap() * float(count - 1)) / float(count);
    const float x = box.min.x + (width + gap()) * float(index);
    return {{x, y}, {x + width, y + height()}};
  }
  void next() { y += height() + gap(); }
};

/// A number with steppers at both sides.
void stepper(const ViewContext& ctx, std::string_view name, Box box, int& value, int low, int high, int step,
             std::string_view text, std::string_view tip) {
  const float side = std::min(ctx.px(22), box.width() * 0.24f);
  const std::string less = fmt::format("{} less", name), more = fmt::format("{} more", name);
  if (button(ctx, less, {box.min, {box.min.x + side, box.max.y}}, "\u2212", "Less", {.enabled = value > low}))
    value = std::max(low, value - step);
  if (button(ctx, more, {{box.max.x - side, box.min.y}, box.max}, "+", "More", {.enabled = value < high}))
    value = std::min(high, value + step);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Box middle{{box.min.x + side, box.min.y}, {box.max.x - side, box.max.y}};
  draw_text_centred(list, ctx.fonts.small, middle, ctx.theme.soft, text);
  if (touch(ctx, name, middle).hovered) tooltip(ctx, tip);
}

void choose_target(const ViewContext& ctx, Box box, std::uint32_t target) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Theme& t = ctx.theme;
  const Touch on = touch(ctx, "target", box);
  list->AddRectFilled(box.min, box.max, on.hovered ? t.card_hover : t.card, ctx.px(5));
  list->AddRect(box.min, box.max, t.line, ctx.px(5));
  list->AddRectFilled(box.min, {box.min.x + ctx.px(5), box.max.y}, env_colour(t, target), ctx.px(5),
                      ImDrawFlags_RoundCornersLeft);
  draw_text_cut(list, ctx.fonts.strong, {box.min.x + ctx.px(13), box.centre().y - ctx.fonts.strong->FontSize / 2},
                box.width() - ctx.px(34), t.text,
                target == 0 ? std::string("no environment") : model::env_name(ctx.state, target));
  const ImVec2 tip{box.max.x - ctx.px(14), box.centre().y};
  list->AddTriangleFilled({tip.x - ctx.px(4), tip.y - ctx.px(2)}, {tip.x + ctx.px(4), tip.y - ctx.px(2)},
                          {tip.x, tip.y + ctx.px(3)}, t.soft);
  if (on.hovered) tooltip(ctx, "Whom the buttons below act on. It follows the selection unless chosen here.");
  if (on.clicked) ImGui::OpenPopup("targets");
  ImGui::PushFont(ctx.fonts.body);
  if (ImGui::BeginPopup("targets")) {
    if (ImGui::Selectable("follow the selection", ctx.ui.inject.target == 0)) ctx.ui.inject.target = 0;
    for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
      if (exists(ctx, env) && ImGui::Selectable(fmt::format("{}##{}", model::env_name(ctx.state, env), env).c_str(),
                                                ctx.ui.inject.target == env))
        ctx.ui.inject.target = env;
    ImGui::EndPopup();
  }
  ImGui::PopFont();
}

}  // namespace

void draw_inject(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  InjectForm& form = ctx.ui.inject;
  draw_label(ctx, box.min, "INJECT");
  if (!ctx.live()) {
    draw_text_wrapped(list, ctx.fonts.small, {box.min.x, box.min.y + ctx.px(20)}, box.width(), t.faint,
                      ctx.status == MachineStatus::Lost
                          ? "The machine is gone: nothing can be done to it. Boot it again with the round arrow above."
                          : "This is a recording: what happened has happened.");
    return;
  }
  // On a low window the form scrolls.
  const float head = ctx.px(20);
  ImGui::SetCursorScreenPos({box.min.x, box.min.y + head});
  ImGui::BeginChild("inject", {box.width(), std::max(1.0f, box.height() - head)}, false);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  list = ImGui::GetWindowDrawList();
  const float needed = ctx.px(7 * 34.0f);
  const Box form_box{origin, {origin.x + box.width() - (needed > box.height() - head ? ctx.px(14) : 0.0f), box.max.y}};
  Rows rows{ctx, form_box, origin.y};
  const std::uint32_t target = target_of(ctx);
  const std::string name = target == 0 ? std::string("it") : model::env_name(ctx.state, target);
  const std::uint32_t limits = (std::uint32_t(form.patience_us) << 16) | std::uint32_t(form.deadline_us);
  const bool someone = target != 0;

  choose_target(ctx, rows.cell(0, 1), target);
  rows.next();
  stepper(ctx, "patience", rows.cell(0, 2), form.patience_us, 0, 60'000, form.patience_us >= 200 ? 100 : 10,
          fmt::format("ask {} \u00b5s", form.patience_us),
          "Patience: how long it is asked politely before the deadline is armed. 0: the first word is the demand.");
  stepper(ctx, "deadline", rows.cell(1, 2), form.deadline_us, 0, 60'000, form.deadline_us >= 200 ? 100 : 10,
          form.deadline_us == 0 ? std::string("no deadline") : fmt::format("{} \u00b5s", form.deadline_us),
          "Deadline: how long it has after the demand until the frame is taken by force. 0: never.");
  rows.next();

  const auto selected_frame = std::uint32_t(ctx.ui.selection.number);
  const bool frame_chosen = ctx.ui.selection.kind == Kind::Frame && selected_frame < abi::kFrameCount &&
                            ctx.state.frames[selected_frame].owner != 0;
  const std::uint32_t owner = frame_chosen ? ctx.state.frames[selected_frame].owner : 0u;
  if (button(ctx, "revoke frame", rows.cell(0, 2),
             frame_chosen ? fmt::format("Revoke frame {}", selected_frame) : std::string("Revoke a frame"),
             frame_chosen
                 ? fmt::format("Ask {} to give frame {} back", model::env_name(ctx.state, owner), selected_frame)
                 : std::string("Select an owned frame on the map first"),
             {.enabled = frame_chosen, .left = true}))
    ctx.emit(inject(abi::ControlOp::Revoke, owner, selected_frame, limits));
  const auto position = std::uint32_t(ctx.ui.selection.number);
  const bool slice_chosen =
      ctx.ui.selection.kind == Kind::Slice && position < abi::kSlicePositions && ctx.state.slices[position] != 0;
  const std::uint32_t giver = slice_chosen ? ctx.state.slices[position] : target;
  if (button(ctx, "revoke slice", rows.cell(1, 2),
             slice_chosen ? fmt::format("Revoke slice {}", position) : std::string("Revoke a slice"),
             fmt::format("Ask {} to give {} of the processor back",
                         slice_chosen ? model::env_name(ctx.state, giver) : name,
                         slice_chosen ? fmt::format("slice {}", position) : std::string("a slice of its choice")),
             {.enabled = giver != 0 && ctx.state.envs[giver].slices != 0, .left = true}))
    ctx.emit(inject(abi::ControlOp::Revoke, giver, slice_chosen ? abi::asked_slice(position) : abi::kAnySlice, limits));
  rows.next();
  if (button(
          ctx, "revoke any", rows.cell(0, 2), fmt::format("Take {}", form.count),
          fmt::format("Ask {} for {}; which ones is its own choice", name, plural(std::uint64_t(form.count), "frame")),
          {.enabled = someone, .left = true}))
    for (int i = 0; i < form.count; ++i) ctx.emit(inject(abi::ControlOp::Revoke, target, abi::kAnyFrame, limits));
  stepper(ctx, "count", rows.cell(1, 2), form.count, 1, 16, 1, fmt::format("{}", form.count), "How many frames");
  rows.next();
  if (button(ctx, "pressure", rows.cell(0, 2), "Pressure",
             fmt::format("Tell the first program to find {}; whom it asks is its policy",
                         plural(std::uint64_t(form.count), "frame")),
             {.enabled = exists(ctx, 1), .left = true}))
    ctx.emit(inject(abi::ControlOp::Pressure, 1, std::uint32_t(form.count), limits));
  if (button(ctx, "audit", rows.cell(1, 2), "Audit",
             "Have the kernel show its tables, and compare them with this window", {.left = true}))
    ctx.emit(inject(abi::ControlOp::Audit, 0));
  rows.next();
  const bool hung = someone && ctx.state.envs[target].behaviour == model::Behaviour::Hung;
  if (button(ctx, "hang", rows.cell(0, 2), hung ? "Wake" : "Hang",
             hung ? fmt::format("Let {} answer again", name)
                  : fmt::format("Make {} answer nothing until it is woken", name),
             {.enabled = someone, .left = true}))
    ctx.emit(inject(hung ? abi::ControlOp::Wake : abi::ControlOp::Hang, target));
  if (form.confirm_kill == target && someone) {
    const Box cell = rows.cell(1, 2);
    const float half = (cell.width() - rows.gap()) / 2;
    if (button(ctx, "kill yes", {cell.min, {cell.min.x + half, cell.max.y}}, "Kill",
               fmt::format("Yes, destroy {}: everything it holds comes back", name), {.hot = true})) {
      ctx.emit(inject(abi::ControlOp::Kill, target));
      form.confirm_kill = 0;
    }
    if (button(ctx, "kill no", {{cell.max.x - half, cell.min.y}, cell.max}, "Keep", "No, leave it alone"))
      form.confirm_kill = 0;
  } else if (button(ctx, "kill", rows.cell(1, 2), "Kill\u2026", fmt::format("Destroy {}; asks once more first", name),
                    {.enabled = someone, .left = true})) {
    form.confirm_kill = target;
  }
  rows.next();
  ImGui::EndChild();
}

}  // namespace exo::views
