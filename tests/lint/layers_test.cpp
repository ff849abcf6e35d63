// The layers form a DAG: every include of kernel, libos and explorer is one that layers.txt allows.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "tests/lint/source_tree.hpp"

namespace exo::lint {
namespace {

struct Layer {
  std::string folder;
  std::vector<std::string> folders;  ///< that it may include, its own among them
  std::vector<std::string> headers;  ///< from outside
};

struct Include {
  std::string file;    ///< that includes
  std::size_t line;    ///< where, from 1
  std::string header;  ///< as written
  bool quoted;
};

/// Standard headers that touch nothing outside the program; others have to be named in layers.txt.
const std::set<std::string_view> kImpure = {"fstream", "iostream", "filesystem",         "cstdio", "thread",
                                            "mutex",   "future",   "condition_variable", "regex",  "csignal"};
const std::set<std::string_view> kPureC = {"stdint.h", "stddef.h", "string.h", "limits.h", "math.h"};

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> all = split(text, ' ');
  std::erase(all, "");
  return all;
}

std::vector<Layer> read_layers() {
  std::vector<Layer> layers;
  for (const SourceFile& file : source_tree()) {
    if (file.path != "tests/lint/layers.txt") continue;
    for (const std::string& line : file.lines) {
      if (line.empty() || line[0] == '#') continue;
      const std::vector<std::string> cells = split(line, '|');
      if (cells.size() != 3) throw std::runtime_error("tests/lint/layers.txt: not three cells: " + line);
      Layer layer{cells[0], words(cells[1]), words(cells[2])};
      layer.folders.push_back(layer.folder);
      layers.push_back(std::move(layer));
    }
  }
  return layers;
}

/// The most specific row that a file falls under, or null.
const Layer* layer_of(const std::vector<Layer>& layers, const SourceFile& file) {
  const Layer* best = nullptr;
  for (const Layer& layer : layers)
    if (file.in(layer.folder) && (best == nullptr || layer.folder.size() > best->folder.size())) best = &layer;
  return best;
}

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> found;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    std::string line = trim(file.lines[i]);
    if (!line.starts_with("#")) continue;
    line = trim(std::string_view(line).substr(1));
    if (!line.starts_with("include")) continue;
    const std::size_t open = line.find_first_of("\"<");
    if (open == std::string::npos) continue;
    const std::size_t close = line.find_first_of("\">", open + 1);
    if (close == std::string::npos) continue;
    found.push_back({file.path, i + 1, line.substr(open + 1, close - open - 1), line[open] == '"'});
  }
  return found;
}

const SourceFile* find(std::string_view path) {
  const auto& tree = source_tree();
  const auto it =
      std::ranges::lower_bound(tree, path, {}, [](const SourceFile& f) { return std::string_view(f.path); });
  return it != tree.end() && it->path == path ? &*it : nullptr;
}

/// The file of ours that an include means: beside the including file, or from the root; null if it is not ours.
const SourceFile* resolve(const SourceFile& from, const Include& include) {
  const auto beside = std::filesystem::path(from.folder() + include.header).lexically_normal().generic_string();
  if (const SourceFile* file = find(beside)) return file;
  return find(include.header);
}

bool is_allowed_from_outside(const Layer& layer, const std::string& header) {
  const bool host = layer.folder.starts_with("explorer");
  if (host && header.find_first_of("./") == std::string::npos && !kImpure.contains(header)) return true;
  if (host && kPureC.contains(header)) return true;
  return std::ranges::any_of(layer.headers, [&](const std::string& allowed) {
    const bool is_prefix = allowed.find('.') == std::string::npos && header.find('.') != std::string::npos;
    return header == allowed || ((is_prefix || allowed.ends_with("/")) && header.starts_with(allowed));
  });
}

TEST(Layers, EveryFolderOfTheExplorerHasARow) {
  const std::vector<Layer> layers = read_layers();
  ASSERT_FALSE(layers.empty());
  for (const SourceFile& file : source_tree()) {
    if (!file.is_code() || !(file.in("explorer") || file.in("kernel") || file.in("libos"))) continue;
    EXPECT_NE(layer_of(layers, file), nullptr) << file.path << " belongs to no row of tests/lint/layers.txt";
  }
}

TEST(Layers, TheTableHasNoCycle) {
  std::vector<Layer> left = read_layers();
  while (!left.empty()) {
    const auto ready = std::ranges::find_if(left, [&](const Layer& layer) {
      return std::ranges::none_of(left, [&](const Layer& other) {
        return other.folder != layer.folder && std::ranges::find(layer.folders, other.folder) != layer.folders.end();
      });
    });
    ASSERT_NE(ready, left.end()) << "a cycle through " << left.front().folder;
    left.erase(ready);
  }
}

TEST(Layers, IncludesGoDownwardsOnly) {
  const std::vector<Layer> layers = read_layers();
  int checked = 0;
  for (const SourceFile& file : source_tree()) {
    const Layer* layer = file.is_code() ? layer_of(layers, file) : nullptr;
    if (layer == nullptr) continue;
    for (const Include& include : includes_of(file)) {
      ++checked;
      const std::string place = file.path + ":" + std::to_string(include.line) + ": " + include.header;
      const SourceFile* target = include.quoted ? resolve(file, include) : nullptr;
      if (target == nullptr) {
        EXPECT_TRUE(is_allowed_from_outside(*layer, include.header))
            << place << ": " << layer->folder << " may not include this (tests/lint/layers.txt)";
        continue;
      }
      const Layer* to = layer_of(layers, *target);
      EXPECT_TRUE(to != nullptr && std::ranges::find(layer->folders, to->folder) != layer->folders.end())
          << place << ": the layer " << layer->folder << " may not include this one (tests/lint/layers.txt)";
    }
  }
  EXPECT_GT(checked, 50);
}

TEST(Layers, NoFileIncludesItself) {
  std::map<std::string, std::vector<std::string>> graph;
  for (const SourceFile& file : source_tree()) {
    // A .def table is meant to be included again and again.
    if (!file.is_code() || file.ends_with(".def")) continue;
    for (const Include& include : includes_of(file)) {
      const SourceFile* target = include.quoted ? resolve(file, include) : nullptr;
      if (target != nullptr && !target->ends_with(".def")) graph[file.path].push_back(target->path);
    }
  }
  std::map<std::string, int> colour;  // 1: being visited, 2: done
  const auto visit = [&](auto&& self, const std::string& path) -> void {
    colour[path] = 1;
    for (const std::string& next : graph[path]) {
      EXPECT_NE(colour[next], 1) << path << " includes " << next << ", which includes it";
      if (colour[next] == 0) self(self, next);
    }
    colour[path] = 2;
  };
  for (const SourceFile& file : source_tree())
    if (colour[file.path] == 0) visit(visit, file.path);
}

}  // namespace
}  // namespace exo::lint
