// The query box of the Events panel and the table of its "count by".
#pragma once
#include "explorer/views/context.hpp"

namespace exo::views {

/// The box, what may come next while it is typed in, and below it what is wrong with it. Returns where it ends.
float draw_query_box(const ViewContext& ctx, Box box);

/// A row for each value of the field that is counted by; a click adds it to the query.
void draw_counts(const ViewContext& ctx, Box box, const model::CountTable& table);

}  // namespace exo::views
