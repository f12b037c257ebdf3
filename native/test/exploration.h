// SPDX-License-Identifier: MIT
// Every world that can come about: what the tests of the models have in common.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace rasshost {

struct Explored {
  std::size_t states = 0;
  std::size_t transitions = 0;
  std::size_t depth = 0;  // steps to the state that is the farthest
};

// Explores what takes minutes, too: `npm run soak`.
inline bool IsSoak() {
  const char* const soak = std::getenv("RASSHOST_SOAK");
  return soak != nullptr && std::string_view(soak) == "full";
}

inline void Report(const char* what, const Explored& all) {
  MESSAGE(std::string(what) << ": " << all.states << " states, all there are, the farthest after "
                            << all.depth << " steps; " << all.transitions << " transitions");
}

// Each state once, by a shortest way. Stops at the first fault, which it reports with the steps
// that led there. `visit(world, is_new)` sees what each transition leads to.
//
// A world has a Step, with kSteps of them, each of which can happen to CountOf(step) things;
// IsPossible() and Run(), which takes one; a Key(), the same for worlds that have the same future;
// ComeToAnEnd(), in which all goes well from here on; and a fault(), empty while what must hold
// does.
template <typename World, typename Visit>
Explored Explore(const World& start, Visit visit) {
  struct Node {
    std::size_t parent;
    std::size_t depth;
    std::uint8_t step;
    std::uint8_t which;
  };
  std::vector<Node> nodes{{0, 0, 0, 0}};
  std::unordered_set<std::string> seen{start.Key()};
  std::deque<std::pair<std::unique_ptr<World>, std::size_t>> open;
  open.emplace_back(std::make_unique<World>(start), 0);
  const auto fail_unless_sound = [&](const World& world, std::size_t node) {
    if (std::string_view(world.fault()).empty()) return;
    std::string steps;
    for (; node != 0; node = nodes[node].parent) {
      steps =
          " " + std::to_string(nodes[node].step) + "@" + std::to_string(nodes[node].which) + steps;
    }
    FAIL(std::string(world.fault()) << ", after the steps" << steps);
  };
  Explored explored;
  for (; !open.empty(); open.pop_front()) {
    const World& world = *open.front().first;
    const std::size_t node = open.front().second;
    explored.depth = nodes[node].depth;
    World end(world);
    end.ComeToAnEnd();
    fail_unless_sound(end, node);
    for (std::uint8_t i = 0; i < World::kSteps; ++i) {
      const auto step = static_cast<typename World::Step>(i);
      const std::size_t count = world.CountOf(step);
      for (std::size_t which = 0; which < count; ++which) {
        if (!world.IsPossible(step, which)) continue;
        auto next = std::make_unique<World>(world);
        next->Run(step, which);
        ++explored.transitions;
        const bool is_new = seen.insert(next->Key()).second;
        if (is_new) {
          nodes.push_back({node, explored.depth + 1, i, static_cast<std::uint8_t>(which)});
        }
        fail_unless_sound(*next, is_new ? nodes.size() - 1 : node);
        visit(*next, is_new);
        if (is_new) open.emplace_back(std::move(next), nodes.size() - 1);
      }
    }
  }
  explored.states = seen.size();
  return explored;
}

}  // namespace rasshost
