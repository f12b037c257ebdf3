// SPDX-License-Identifier: MIT
// One caller's line as the server sees it, whatever carries it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace rasshost {

// All functions are for any thread and never block.
class Line {
 public:
  virtual ~Line() = default;

  virtual std::string Name() const = 0;
  // Input and hang-up are reported from now on.
  virtual void Answer() = 0;
  // False when so much is waiting to go out that no more is taken.
  virtual bool Write(std::span<const std::uint8_t> bytes) = 0;
  // While paused the caller's input stays on its side.
  virtual void PauseInput(bool paused) = 0;
  // Ends the call once everything written has gone out.
  virtual void HangUp() = 0;
};

// Called on the line's own thread, with no lock of its held.
class LineEvents {
 public:
  virtual void OnRing(std::shared_ptr<Line> line) = 0;
  virtual void OnInput(Line& line, std::span<const std::uint8_t> bytes) = 0;
  // The caller has hung up. Not reported after Line::HangUp has taken effect.
  virtual void OnHangUp(Line& line) = 0;

 protected:
  ~LineEvents() = default;
};

}  // namespace rasshost
