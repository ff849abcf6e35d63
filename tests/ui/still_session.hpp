// A session that stands still at a moment of a made-up history, for pictures.
#pragma once
#include "explorer/session/session.hpp"
#include "tests/ui/scenes.hpp"

namespace exo::test {

class StillSession : public session::Session {
 public:
  void pump(std::chrono::microseconds) override {}
  void apply(const model::Command& command) override {
    if (const auto* seek = std::get_if<model::Seek>(&command)) cursor_ = std::min(seek->number, history_.size());
  }
  [[nodiscard]] const model::History& history() const override { return history_; }
  [[nodiscard]] const model::Story& story() const override { return story_; }
  [[nodiscard]] model::EventNumber cursor() const override { return cursor_; }
  [[nodiscard]] bool following() const override { return false; }
  [[nodiscard]] session::Connection connection() const override { return connection_; }
  [[nodiscard]] std::string status_text() const override {
    return "QEMU was killed (signal 9); the round arrow boots it again";
  }
  [[nodiscard]] model::SetPace pace() const override { return {model::SetPace::Unit::Events, 20}; }
  [[nodiscard]] std::string source() const override { return "test scene"; }
  [[nodiscard]] const Error* failure() const override { return nullptr; }
  [[nodiscard]] std::string warning() const override { return {}; }
  [[nodiscard]] const model::Partner* partner() const override { return nullptr; }
  [[nodiscard]] const model::PartnerChoices* partner_choices() const override { return nullptr; }
  void close() override {}
  [[nodiscard]] const debugger::View* debug_view() const override { return debug_; }
  [[nodiscard]] const model::Rebuilding* rebuilding() const override { return rebuilding_; }
  [[nodiscard]] const debugger::ProfileView* profile_view() const override { return profile_; }
  [[nodiscard]] const model::OpenedSource* opened_source() const override { return opened_; }

  model::History history_;
  model::Story story_;
  model::EventNumber cursor_ = 0;
  session::Connection connection_ = session::Connection::Paused;
  const debugger::View* debug_ = nullptr;
  const model::Rebuilding* rebuilding_ = nullptr;
  const debugger::ProfileView* profile_ = nullptr;
  const model::OpenedSource* opened_ = nullptr;
};

}  // namespace exo::test
