#include "tests/ui/ui_fixture.hpp"

namespace exo::test {

UiTest::UiTest() {
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  resize(1600, 1000, 1);
}

UiTest::~UiTest() { ImGui::DestroyContext(); }

void UiTest::load(float scale) {
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  atlas->Clear();
  auto add = [&](float size) {
    ImFontConfig config;
    config.SizePixels = std::round(size * scale);
    return atlas->AddFontDefault(&config);
  };
  fonts_.body = fonts_.strong = add(14);
  fonts_.small = fonts_.label = fonts_.mono_small = add(12);
  fonts_.mono = add(13);
  fonts_.heading = fonts_.clock = add(18);
  fonts_.sentence = add(23);
  unsigned char* pixels = nullptr;
  int width = 0, height = 0;
  atlas->GetTexDataAsAlpha8(&pixels, &width, &height);
  atlas->SetTexID(ImTextureID(1));
}

void UiTest::resize(float width, float height, float scale) {
  scale_ = scale;
  shell.ui.shell.scale = scale;
  ImGui::GetIO().DisplaySize = {width, height};
  load(scale);
}

std::vector<model::Command> UiTest::draw() {
  ImGui::GetIO().DeltaTime = 1.0f / 60;
  ImGui::NewFrame();
  const views::Frame frame{.history = shown == nullptr ? history : *shown,
                           .story = story,
                           .cursor = cursor,
                           .following = cursor == (shown == nullptr ? history : *shown).size(),
                           .playing = playing,
                           .status = status,
                           .status_text = status_text,
                           .source = source,
                           .warning = {},
                           .pace = pace,
                           .lessons = lessons,
                           .notice = notice,
                           .partner = partner,
                           .partner_choices = partner_choices,
                           .saving = saving,
                           .debug = debug,
                           .rebuilding = rebuilding,
                           .opened = opened,
                           .profile = profile,
                           .incidents = incidents};
  auto commands = shell.draw(frame, fonts_, scale_);
  ImGui::Render();
  return commands;
}

std::vector<model::Command> UiTest::click_at(ImVec2 at) {
  ImGuiIO& io = ImGui::GetIO();
  std::vector<model::Command> all;
  auto step = [&](bool down) {
    io.MouseDown[0] = down;
    for (auto& command : draw()) all.push_back(std::move(command));
  };
  io.MousePos = at;
  step(false);
  step(false);
  step(true);
  step(false);
  io.MousePos = {-1e6f, -1e6f};
  step(false);
  return all;
}

std::vector<model::Command> UiTest::click(const std::string& name) { return click_at(mark(name).centre()); }

void UiTest::right_click(const std::string& name) {
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = mark(name).centre();
  draw();
  draw();
  for (const bool down : {true, false}) {
    io.MouseDown[ImGuiMouseButton_Right] = down;
    draw();
  }
  io.MousePos = {-1e6f, -1e6f};
  draw();
  draw();
}

std::vector<model::Command> UiTest::enter() {
  constexpr int kEnter = 13;
  std::vector<model::Command> all;
  ImGuiIO& io = ImGui::GetIO();
  io.KeyMap[ImGuiKey_Enter] = kEnter;
  for (int i = 0; i < 3; ++i) {
    io.KeysDown[kEnter] = i == 0;
    for (auto& command : draw()) all.push_back(std::move(command));
  }
  return all;
}

std::vector<model::Command> UiTest::press(views::Chord chord) {
  shell.press(chord);
  return draw();
}

void UiTest::type(const std::string& text) {
  ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
  draw();
}

views::Box UiTest::mark(const std::string& name) {
  const auto found = shell.ui.marks.find(name);
  EXPECT_NE(found, shell.ui.marks.end()) << "no control is called " << name;
  return found == shell.ui.marks.end() ? views::Box{} : found->second;
}

int UiTest::vertices() { return ImGui::GetDrawData()->TotalVtxCount; }

}  // namespace exo::test
