// One event as data for other programs: a line of CSV (RFC 4180) or an object of JSON.
#pragma once
#include <string>
#include <string_view>

#include "explorer/export/event_walk.hpp"
#include "explorer/export/output.hpp"

namespace exo::exporting {

/// The first line: number,time_us,event,category,env,pc,fields,sentence.
[[nodiscard]] std::string_view csv_head();
/// `fields` are those of trace_events.def by name, as a query takes them: "frame=5 owner=polite".
void append_csv(std::string& text, const EventWalk& walk);
/// {"number":1,...,"fields":{"frame":5,"owner":"polite"},...}
void append_json(std::string& text, const EventWalk& walk);

/// A text within quotes, as JSON wants it. What isn't ASCII must be UTF-8 already.
void append_json_text(std::string& text, std::string_view words);
/// A cell of CSV: in quotes when it needs them.
void append_csv_text(std::string& text, std::string_view words);
/// Guest time in microseconds, exact: "1284.324".
void append_micros(std::string& text, model::Ticks ticks);

/// All events; returns how many. Throws InputError.
model::EventNumber write_csv(const model::History& history, Output& out);

}  // namespace exo::exporting
