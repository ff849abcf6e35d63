// The words of the model's tables (model/event_words.hpp), which scenario files are written in.
#pragma once
#include "explorer/model/event_words.hpp"

namespace exo::scenario {

using model::can_be;
using model::did_you_mean;
using model::env_number;
using model::EnvNames;
using model::event_names;
using model::Field;
using model::field_names;
using model::FieldKind;
using model::find_event;
using model::find_field;
using model::kActing;
using model::kTarget;
using model::value_of_word;
using model::words_of;

}  // namespace exo::scenario
