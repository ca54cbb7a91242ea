#pragma once

#include <vector>

#include "engine/simulator/observer.h"

/// Sees nothing but remembers the camera; for tests of what happens, not of how it looks.
class BlindObserver : public rv::simulator::Observer {
  public:
    rv::simulator::Observation observe(const rv::asset::Scene&, const rv::CameraPose& pose,
                                       const rv::Intrinsics& intrinsics) override {
        rv::simulator::Observation observation;
        observation.width = intrinsics.width;
        observation.height = intrinsics.height;
        observation.pose = pose;
        observation.intrinsics = intrinsics;
        return observation;
    }
};
