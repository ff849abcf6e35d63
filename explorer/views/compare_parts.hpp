// The parts of the Compare panel: both runs at the moments that belong together, and the functions that draw them.
#pragma once
#include <array>
#include <optional>

#include "explorer/model/compare_report.hpp"
#include "explorer/model/compare_states.hpp"
#include "explorer/model/partner.hpp"
#include "explorer/views/context.hpp"

namespace exo::views {

/// What has been taken in, kept from picture to picture.
struct CompareShown {
  model::Comparison comparison;
  model::CompareReport report;
  std::array<model::EventNumber, 2> reported{};  ///< sizes that the report is of
  bool reported_over = false;
  model::FirstDifference difference;
};

/// One picture: A is this window's run at the cursor, B the other one at the moment that belongs to it.
struct ComparePicture {
  const ViewContext& ctx;
  const model::Partner& partner;
  const CompareShown& shown;
  std::array<const model::State*, 2> states{};
  std::array<model::EventNumber, 2> at{};
  model::Match match{};
  model::StateDifferences differences{};
  std::int64_t shift = 0;  ///< ticks that B's clock is ahead of A's, as they are laid over each other
};

/// Colour number of an environment of run 0 or 1: the same for those of one name.
[[nodiscard]] std::uint32_t compare_colour(const ComparePicture& picture, int run, std::uint32_t env);
/// The sign of a difference: a filled diamond, in the accent's colour.
void difference_mark(const ViewContext& ctx, ImDrawList* list, ImVec2 centre, float size);

// Each draws at `at`, `width` wide, and returns its height.
float draw_compare_cards(const ComparePicture& picture, int run, ImVec2 at, float width);
float draw_compare_frames(const ComparePicture& picture, int run, ImVec2 at, float width, float most);
float draw_compare_differences(const ComparePicture& picture, ImVec2 at, float width);
float draw_compare_lanes(const ComparePicture& picture, ImVec2 at, float width);
float draw_compare_totals(const ComparePicture& picture, ImVec2 at, float width);

/// The list of what there is to compare with.
void draw_compare_choices(const ViewContext& ctx, Box box);

}  // namespace exo::views
