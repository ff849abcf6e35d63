// A filter expression is typed, compiled at every letter, tried on the packet that is looked at, and downloaded into
// the live machine. What is wrong with it is said below it.
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "explorer/bpf/interpreter.hpp"
#include "explorer/bpf/pcap_filter.hpp"
#include "explorer/bpf/text.hpp"
#include "explorer/common/error.hpp"
#include "explorer/model/words.hpp"
#include "explorer/views/downloads_parts.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

using Kind = Selection::Kind;
using Program = std::vector<abi::bpf::Instruction>;

bool exists(const ViewContext& ctx, std::uint32_t env) {
  return env > 0 && env < abi::kMaxEnvironments && ctx.state.envs[env].state != abi::EnvState::Free;
}

/// For whom: chosen, else the selected one or the owner of the selected thing, else the first that is not the arbiter.
std::uint32_t target_of(const ViewContext& ctx) {
  if (exists(ctx, ctx.ui.downloads.env)) return ctx.ui.downloads.env;
  const auto number = std::uint32_t(ctx.ui.selection.number);
  std::uint32_t env = 0;
  if (ctx.ui.selection.kind == Kind::Environment) env = number;
  if (ctx.ui.selection.kind == Kind::Download && number < abi::kMaxDownloads) env = ctx.state.downloads[number].owner;
  if (exists(ctx, env)) return env;
  for (env = 2; env < abi::kMaxEnvironments; ++env)
    if (exists(ctx, env)) return env;
  return exists(ctx, 1) ? 1 : 0;
}

std::optional<Program> compile(DownloadsUi& form) {
  if (form.expression.empty()) {
    form.compiled.clear();
    form.error.clear();
    form.text.clear();
    form.draft = false;
    return {};
  }
  try {
    Program program = bpf::compile_pcap_filter(form.expression);
    if (form.compiled != form.expression) {
      form.text.clear();
      for (std::size_t i = 0; i < program.size(); ++i) form.text.push_back(bpf::text(program, i));
      form.draft = true;
    }
    form.error.clear();
    form.compiled = form.expression;
    return program;
  } catch (const InputError& error) {
    form.error = error.what();
    form.compiled = form.expression;
    form.text.clear();
    return {};
  }
}

/// Whether the packet would be the filter's, by the specification's interpreter; nothing when the program goes wrong.
std::optional<bool> try_on(const Program& program, std::vector<std::uint8_t> packet) {
  constexpr std::uint64_t kContext = 0x1000, kPacket = 0x2002;
  abi::DownloadContext context{};
  context.data = kPacket;
  context.data_end = kPacket + packet.size();
  auto* bytes = reinterpret_cast<std::uint8_t*>(&context);
  bpf::Interpreter interpreter;
  interpreter.add({kContext, {bytes, sizeof context}, false});
  interpreter.add({kPacket, packet, false});
  const bpf::Run run = interpreter.run(program, kContext, 0, 100'000);
  if (run.ending != bpf::Ending::Exit) return {};
  return std::uint32_t(run.result) != 0;
}

/// A button that opens the list of environments.
void choose_env(const ViewContext& ctx, Box box, std::uint32_t target) {
  DownloadsUi& form = ctx.ui.downloads;
  if (button(ctx, "filter for", box, target == 0 ? std::string("nobody") : "for " + model::env_name(ctx.state, target),
             "Whose the packets will be. It follows the selection unless chosen here."))
    ImGui::OpenPopup("filter for whom");
  if (ImGui::BeginPopup("filter for whom")) {
    if (ImGui::Selectable("follow the selection", form.env == 0)) form.env = 0;
    for (std::uint32_t env = 1; env < abi::kMaxEnvironments; ++env)
      if (exists(ctx, env) &&
          ImGui::Selectable(fmt::format("{}##{}", model::env_name(ctx.state, env), env).c_str(), form.env == env))
        form.env = env;
    ImGui::EndPopup();
  }
}

bool order_taken(const model::State& state, int order) {
  return std::ranges::any_of(state.downloads, [&](const model::DownloadState& one) {
    return one.installed && one.kind == abi::DownloadKind::Filter && one.order == order;
  });
}

}  // namespace

void draw_filter_editor(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  DownloadsUi& form = ctx.ui.downloads;
  const float height = ctx.px(28), gap = ctx.px(6);
  const float y = box.min.y + ctx.px(4);
  const std::uint32_t target = target_of(ctx);
  const float button_width = ctx.px(96), who = std::min(ctx.px(130), box.width() * 0.2f), place = ctx.px(82);
  const float field = box.width() - button_width - who - place - 3 * gap;
  rule(ctx, {box.min.x, box.min.y}, box.width());

  ImGui::SetCursorScreenPos({box.min.x, y});
  ImGui::PushItemWidth(field);
  ctx.mark("filter expression", {{box.min.x, y}, {box.min.x + field, y + height}});
  ImGui::PushFont(ctx.fonts.mono);
  const bool entered =
      ImGui::InputTextWithHint("##expression", "a filter, for instance: udp port 7 and src host 10.0.0.9",
                               &form.expression, ImGuiInputTextFlags_EnterReturnsTrue);
  ImGui::PopFont();
  if (ImGui::IsItemHovered())
    tooltip(ctx, "A pcap-filter expression. It is compiled while you type, and shown above as eBPF.");
  ImGui::PopItemWidth();
  float x = box.min.x + field + gap;
  choose_env(ctx, {{x, y}, {x + who, y + height}}, target);
  x += who + gap;

  // Its place among the filters; each place only once.
  while (form.order < int(abi::kMostFilterOrder) && order_taken(ctx.state, form.order)) ++form.order;
  const float side = ctx.px(20);
  if (button(ctx, "order less", {{x, y}, {x + side, y + height}}, "\u2212", "Asked earlier",
             {.enabled = form.order > 0})) {
    --form.order;
    while (form.order > 0 && order_taken(ctx.state, form.order)) --form.order;
  }
  if (button(ctx, "order more", {{x + place - side, y}, {x + place, y + height}}, "+", "Asked later",
             {.enabled = form.order < int(abi::kMostFilterOrder)}))
    ++form.order;
  const Box middle{{x + side, y}, {x + place - side, y + height}};
  draw_text_centred(list, ctx.fonts.small, middle, t.soft, fmt::format("{}.", form.order));
  if (touch(ctx, "order", middle).hovered)
    tooltip(ctx, "Its place among the filters: they are asked in this order about packets that no claim matches");
  x += place + gap;

  const std::optional<Program> program = compile(form);
  const bool ready = program && target != 0 && !order_taken(ctx.state, form.order);
  const bool pressed = button(ctx, "download filter", {{x, y}, {x + button_width, y + height}}, "Download",
                              "Download it into the kernel, at the next tick", {.enabled = ready});
  if (ready && (pressed || entered)) {
    ctx.emit(model::DownloadFilter{target, form.expression, std::uint32_t(form.order)});
    form.draft = false;
    ctx.ui.selection = {};  // the newest attempt is what is looked at
  }

  const ImVec2 line{box.min.x + ctx.px(2), y + height + ctx.px(3)};
  if (!form.error.empty()) {
    draw_text_cut(list, ctx.fonts.small, line, box.width(), t.gap, form.error);
    return;
  }
  if (!program) return;
  std::string text = plural(program->size(), "instruction");
  if (const model::PacketState* packet = packet_shown(ctx); packet != nullptr) {
    const std::optional<bool> takes = try_on(*program, bytes_of(ctx, *packet));
    text += !takes   ? fmt::format(" \u00b7 it goes wrong on packet {}", packet->number)
            : *takes ? fmt::format(" \u00b7 packet {} would be its own", packet->number)
                     : fmt::format(" \u00b7 packet {} would not be its own", packet->number);
    const std::uint32_t claim = packet->filter;
    if (takes && *takes && claim != 0 && ctx.state.downloads[claim].kind == abi::DownloadKind::Claim)
      text += fmt::format(", but {} claims it first", download_name(ctx.state, claim));
  }
  draw_text_cut(list, ctx.fonts.small, line, box.width(), t.soft, text);
}

}  // namespace exo::views
