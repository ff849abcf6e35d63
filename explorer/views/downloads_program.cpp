// One program: its source, its eBPF and its machine code side by side, line for line; the verdict, in place where it
// was refused. A claim is its comparisons.
#include <fmt/format.h>

#include <algorithm>

#include "explorer/model/words.hpp"
#include "explorer/views/downloads_parts.hpp"
#include "explorer/views/sentence.hpp"
#include "explorer/views/widgets.hpp"

namespace exo::views {
namespace {

constexpr std::size_t kNone = ~std::size_t{0};

/// A line of the three columns.
struct CodeRow {
  std::size_t instruction = kNone;  ///< on the first line of each
  std::size_t word = kNone;
  std::uint32_t source = 0;  ///< line of the source that it belongs to; 0: none
  bool source_begins = false;
  bool sentence = false;  ///< why it was refused
};

std::vector<CodeRow> rows_of(const ProgramShown& shown) {
  const model::Program& program = shown.program;
  std::vector<CodeRow> rows;
  std::uint32_t before = 0;
  const auto words_to = [&](std::size_t& word, std::size_t end, CodeRow first) {
    bool any = first.instruction != kNone;
    for (; any || word < end; any = false) {
      CodeRow row = first;
      if (word < end) row.word = word++;
      rows.push_back(row);
      first.instruction = kNone;
      first.source_begins = false;
    }
  };
  std::size_t word = 0;
  const auto begin = [&](std::size_t i) {
    return i < program.map.size() ? std::min<std::size_t>(program.map[i], shown.machine.size()) : word;
  };
  words_to(word, begin(0), {});
  for (std::size_t i = 0; i < shown.lines.size(); ++i) {
    const std::size_t end = std::max(word, begin(i + 1));
    if (shown.lines[i].empty() && end == word) continue;  // the other half of a constant
    CodeRow row;
    row.instruction = i;
    if (shown.source != nullptr && i < shown.source->lines.size()) row.source = shown.source->lines[i];
    row.source_begins = row.source != 0 && row.source != before;
    before = row.source;
    words_to(word, end, row);
    if (program.refused && program.instruction == i) {
      row = {};
      row.sentence = true;
      rows.push_back(row);
    }
  }
  if (!program.map.empty()) words_to(word, shown.machine.size(), {});
  return rows;
}

std::string refusal(const model::Program& program) {
  std::string text = fmt::format("refused: {}", model::verdict_text(std::uint32_t(program.verdict)));
  const std::string_view detail = model::verdict_detail(std::uint32_t(program.verdict));
  if (detail == "-") return text;
  if (detail == "register") return text + fmt::format(" (r{})", program.detail);
  return text + fmt::format(" ({}: {})", detail, std::int32_t(program.detail));
}

std::string verdict_words(const model::Program& program) {
  if (program.refused) return refusal(program);
  if (program.kind == abi::DownloadKind::Claim)
    return program.download != 0 ? "accepted: merged with the other claims" : "is being looked at";
  if (!program.verified) return "is being verified";
  return fmt::format("accepted: {} looked at in {}, at most {} MIPS instructions on any path; {}",
                     plural(program.looked, "instruction"), short_micros(program.verify_ticks), program.longest,
                     program.compiled ? fmt::format("compiled in {} into {}", short_micros(program.compile_ticks),
                                                    plural(program.announced, "word"))
                                      : std::string("is being compiled"));
}

/// Leading blanks that all lines have.
std::size_t indent_of(const debugger::SourceLines& source) {
  std::size_t least = 80;
  for (const std::uint32_t line : source.lines) {
    if (line == 0 || line > source.text.size()) continue;
    const std::size_t blanks = source.text[line - 1].find_first_not_of(' ');
    if (blanks != std::string::npos) least = std::min(least, blanks);
  }
  return least == 80 ? 0 : least;
}

struct Columns {
  float source = 0, bpf = 0, machine = 0;  ///< where each begins; source == bpf, machine == 0: there is none
  const ImFont* mono = nullptr;
  std::size_t indent = 0;  ///< of the source
};

void draw_code_row(const ViewContext& ctx, const ProgramShown& shown, const CodeRow& row, Box box,
                   const Columns& columns, bool hovered) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImFont* mono = columns.mono;
  const float y = box.centre().y - mono->FontSize / 2, cell = text_width(mono, "0");
  const bool refused = shown.program.refused && (row.sentence || row.instruction == shown.program.instruction);
  if (refused) {
    list->AddRectFilled(box.min, box.max, faded(t.gap, 0.14f));
    list->AddRectFilled(box.min, {box.min.x + ctx.px(3), box.max.y}, t.gap);
  } else if (hovered) {
    list->AddRectFilled(box.min, box.max, t.card);
  }
  if (row.sentence) {
    const float x = columns.source + 4.4f * cell;
    draw_text_cut(list, ctx.fonts.body, {x, box.centre().y - ctx.fonts.body->FontSize / 2}, box.max.x - x - ctx.px(6),
                  t.text, refusal(shown.program));
    return;
  }
  if (columns.source != columns.bpf && row.source_begins) {
    const auto& text = shown.source->text;
    const std::string& line = row.source <= text.size() ? text[row.source - 1] : shown.source->file;
    draw_text(list, mono, {columns.source, y}, t.faint, fmt::format("{:>3}", row.source));
    const std::string_view words = std::string_view(line).substr(std::min(columns.indent, line.size()));
    const Box place{{columns.source, box.min.y}, {columns.bpf - cell, box.max.y}};
    const float room = place.max.x - columns.source - 5.4f * cell;
    draw_text_cut(list, mono, {columns.source + 4.4f * cell, y}, room, t.text, words);
    if (text_width(mono, words) > room && place.contains(ImGui::GetIO().MousePos) && hovered) tooltip(ctx, words);
  }
  if (row.instruction != kNone) {
    if (row.instruction != 0 && !hovered && !refused)
      list->AddLine({columns.bpf, box.min.y}, {box.max.x, box.min.y}, faded(t.line, 0.35f));
    draw_text(list, mono, {columns.bpf, y}, t.faint, fmt::format("{:>3}", row.instruction));
    draw_text_cut(list, mono, {columns.bpf + 4.4f * cell, y},
                  (columns.machine > 0 ? columns.machine : box.max.x) - columns.bpf - 6 * cell, t.text,
                  shown.lines[row.instruction]);
  }
  if (row.word == kNone || columns.machine == 0) return;
  const bool own = row.instruction != kNone || row.source != 0;
  draw_text(list, mono, {columns.machine, y}, t.faint, fmt::format("{:>4x}", 4 * row.word));
  draw_text_cut(list, mono, {columns.machine + 5.4f * cell, y}, box.max.x - columns.machine - 6 * cell,
                own ? t.soft : t.faint, shown.machine[row.word]);
}

void draw_code(const ViewContext& ctx, const ProgramShown& shown, Box box) {
  const Theme& t = ctx.theme;
  const std::vector<CodeRow> rows = rows_of(shown);
  const float head = ctx.fonts.small->FontSize + ctx.px(6);
  const bool machine = !shown.machine.empty();
  const bool source = shown.source != nullptr && box.width() >= ctx.px(machine ? 560 : 420);
  Columns columns;
  const float width = box.width() - ctx.px(12);
  const float roomy = text_width(ctx.fonts.mono, "0") * (28.0f + (source ? 42.0f : 0.0f) + (machine ? 30.0f : 0.0f));
  columns.mono = width >= roomy ? ctx.fonts.mono : ctx.fonts.mono_small;
  columns.indent = source ? indent_of(*shown.source) : 0;
  columns.source = box.min.x + ctx.px(8);
  columns.bpf = source ? columns.source + width * (machine ? 0.38f : 0.5f) : columns.source;
  columns.machine = machine ? columns.bpf + (box.min.x + width - columns.bpf) * 0.52f : 0;
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (source)
    draw_text_cut(list, ctx.fonts.small, {columns.source, box.min.y}, columns.bpf - columns.source - ctx.px(8), t.faint,
                  shown.source->file);
  draw_text(list, ctx.fonts.small, {columns.bpf, box.min.y}, t.faint,
            fmt::format("eBPF, {}", plural(shown.program.count, "instruction")));
  if (machine)
    draw_text(list, ctx.fonts.small, {columns.machine, box.min.y}, t.faint,
              fmt::format("MIPS, {}", plural(shown.machine.size(), "word")));
  rule(ctx, {box.min.x, box.min.y + head - ctx.px(2)}, box.width());

  const Box field{{box.min.x, box.min.y + head}, box.max};
  const float pitch = std::floor(columns.mono->FontSize + ctx.px(4.5f));
  ImGui::SetCursorScreenPos(field.min);
  ImGui::BeginChild("code", {field.width(), field.height()}, false);
  ctx.mark("code", field);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const auto first = std::size_t(std::max(0.0f, (field.min.y - origin.y) / pitch));
  const auto last = std::min(rows.size(), first + std::size_t(field.height() / pitch) + 2);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const bool over = field.contains(mouse) && ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
  const auto at = std::size_t(std::max(0.0f, (mouse.y - origin.y) / pitch));
  const std::uint32_t line = over && at < rows.size() ? rows[at].source : 0;
  for (std::size_t i = first; i < last; ++i) {
    const Box row{{field.min.x, origin.y + pitch * float(i)},
                  {field.max.x - ctx.px(10), origin.y + pitch * float(i + 1)}};
    draw_code_row(ctx, shown, rows[i], row, columns, over && (i == at || (line != 0 && rows[i].source == line)));
  }
  ImGui::SetCursorScreenPos({origin.x, origin.y + pitch * float(rows.size())});
  ImGui::Dummy({1, 1});
  // A refused one opens at what was refused.
  if (auto& kept = ctx.ui.downloads.program; kept != nullptr && !kept->seen) {
    kept->seen = true;
    float to = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (rows[i].sentence) to = std::max(0.0f, pitch * float(i) - field.height() * 0.6f);
    ImGui::SetScrollY(to);
  }
  ImGui::EndChild();
}

void draw_comparisons(const ViewContext& ctx, const model::Program& program, Box box) {
  const Theme& t = ctx.theme;
  ImGui::SetCursorScreenPos(box.min);
  ImGui::BeginChild("comparisons", {box.width(), box.height()}, false);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  float y = at.y;
  const float names = std::min(ctx.px(190), box.width() * 0.34f), values = std::min(ctx.px(150), box.width() * 0.3f);
  if (program.count == 0)
    draw_text(list, ctx.fonts.body, {at.x, y}, t.text,
              "No comparison: it claims every packet that nobody else claims.");
  bool arp = false;
  for (const abi::Comparison& one : program.comparisons) arp |= says_arp(one.offset, one.bytes, one.value);
  for (const abi::Comparison& one : program.comparisons) {
    draw_text_cut(list, ctx.fonts.body, {at.x, y}, names - ctx.px(8), t.soft,
                  field_name(one.offset, one.bytes, one.mask, arp));
    draw_text_cut(list, ctx.fonts.strong, {at.x + names, y}, values - ctx.px(8), t.text,
                  "= " + field_value(one.offset, one.bytes, one.mask, one.value, arp));
    draw_text_cut(list, ctx.fonts.mono_small, {at.x + names + values, y + ctx.px(2)}, box.width() - names - values,
                  t.faint,
                  fmt::format("offset {}, {}, mask {:0{}x} = {:0{}x}", one.offset, plural(one.bytes, "byte"), one.mask,
                              2 * one.bytes, one.value, 2 * one.bytes));
    y += ctx.fonts.body->FontSize + ctx.px(9);
  }
  ImGui::SetCursorScreenPos({at.x, y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

/// What is being typed, as it would be downloaded.
void draw_draft(const ViewContext& ctx, Box box) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const DownloadsUi& form = ctx.ui.downloads;
  draw_text_cut(list, ctx.fonts.strong, box.min, box.width(), ctx.theme.text, "What you type, as eBPF");
  const float head = ctx.fonts.strong->FontSize + ctx.px(10);
  ImGui::SetCursorScreenPos({box.min.x, box.min.y + head});
  ImGui::BeginChild("draft", {box.width(), std::max(1.0f, box.height() - head)}, false);
  list = ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float pitch = std::floor(ctx.fonts.mono_small->FontSize + ctx.px(4.5f));
  float y = at.y;
  for (std::size_t i = 0; i < form.text.size(); ++i, y += pitch) {
    draw_text(list, ctx.fonts.mono_small, {at.x, y}, ctx.theme.faint, fmt::format("{:>3}", i));
    draw_text_cut(list, ctx.fonts.mono_small, {at.x + ctx.px(34), y}, box.width() - ctx.px(50), ctx.theme.text,
                  form.text[i]);
  }
  ImGui::SetCursorScreenPos({at.x, y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace

void draw_program(const ViewContext& ctx, Box box) {
  const Theme& t = ctx.theme;
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (ctx.ui.downloads.draft && !ctx.ui.downloads.text.empty()) return draw_draft(ctx, box);
  const ProgramShown* shown = program_shown(ctx);
  if (shown == nullptr || shown->program.event == 0) {
    draw_sentence(ctx, ctx.fonts.body, {box.min.x, box.min.y + ctx.px(8)}, std::min(box.width(), ctx.px(480)), t.faint,
                  "No code has been offered up to this moment. When a library OS downloads code into the kernel, it "
                  "is shown here: its source, what the kernel's verifier says of it, and the machine code that the "
                  "kernel makes of it.");
    return;
  }
  const model::Program& program = shown->program;
  const std::string kind(model::download_kind_name(program.kind));
  const std::string title = program.download != 0 ? fmt::format("{} {}", kind, program.download)
                                                  : fmt::format("{} (attempt {})", kind, program.offer);
  const float wide = draw_text(list, ctx.fonts.heading, box.min, t.text, title);
  draw_text_cut(list, ctx.fonts.body, {box.min.x + wide + ctx.px(10), box.min.y + ctx.px(4)},
                box.width() - wide - ctx.px(10), env_ink(t, program.owner),
                "of " + model::env_name(ctx.state, program.owner));
  float y = box.min.y + ctx.fonts.heading->FontSize + ctx.px(6);
  y += draw_sentence(ctx, ctx.fonts.small, {box.min.x, y}, box.width(), program.refused ? t.text : t.soft,
                     verdict_words(program), {.lines = 2})
           .height +
       ctx.px(8);
  const Box rest{{box.min.x, y}, box.max};
  if (rest.height() < ctx.px(20)) return;
  if (program.kind == abi::DownloadKind::Claim) return draw_comparisons(ctx, program, rest);
  draw_code(ctx, *shown, rest);
}

}  // namespace exo::views
