#include "world_model/training/probe_task.h"

#include "world_model/frame_tensor.h"

namespace rv::world_model {
namespace {

torch::Tensor pick(const torch::Tensor& rows, const Draws& draws) {
    return rows.index_select(0, draws.randint(rows.size(0), {draws.count()}));
}

}  // namespace

ProbeTask::ProbeTask(const ProbeCorpus& corpus, const ProbeLossConfig& loss)
    : corpus_(corpus), config_(loss), probe_(corpus.config) {}

torch::Tensor ProbeTask::worn(const torch::Tensor& rows, const Draws& draws) const {
    auto x = frames_from_bytes(corpus_.frames.index_select(0, rows));
    const int64_t B = x.size(0), H = x.size(2), W = x.size(3);
    // Down and up again: halved or quartered resolution, mixed with the sharp picture.
    const int64_t shrink = torch::randint(2, 5, {1}, draws.shared(), torch::kInt64).item<int64_t>();
    const auto small = torch::adaptive_avg_pool2d(x, {H / shrink, W / shrink});
    const auto blurred = torch::upsample_bilinear2d(small, {H, W}, false);
    const auto share = draws.rand({B, 1, 1, 1}) * config_.blur;
    const auto level = draws.rand({B, 1, 1, 1}) * config_.noise;
    return x + share * (blurred - x) + level * draws.randn(x.sizes());
}

torch::Tensor ProbeTask::motion_loss(const Draws& draws) {
    const auto rows = pick(corpus_.moved, draws);
    auto before = worn(rows - 1, draws), after = worn(rows, draws);
    auto motion = corpus_.motions.index_select(0, rows);
    auto action = corpus_.actions.index_select(0, rows);
    if (torch::rand({1}, draws.shared()).item<double>() < 0.5) {  // in a mirror
        before = before.flip(3);
        after = after.flip(3);
        motion = motion * torch::tensor({-1, 1, 1, 1, -1, -1});
        const auto other = torch::tensor({0, 1, 1, 0}, torch::kBool);  // sidestep and turn
        action = torch::where(other, kAxisClasses - 1 - action, action);
    }
    const ProbeImpl::Motion read = probe_->motion(before, after);
    return config_.motion_weight * torch::smooth_l1_loss(read.code, motion, torch::Reduction::Mean, 0.2) +
           config_.action_weight * torch::cross_entropy_loss(read.actions.flatten(0, 1), action.flatten());
}

torch::Tensor ProbeTask::look_loss(const Draws& draws) {
    const auto rows = pick(corpus_.settled, draws);
    const auto values = corpus_.looks.index_select(0, rows);
    const auto logits = probe_->looks(probe_->look_features(worn(rows, draws)));
    auto sum = torch::zeros({});
    for (size_t a = 0; a < logits.size(); ++a)
        sum = sum + torch::cross_entropy_loss(logits[a], values.select(1, static_cast<int64_t>(a)));
    return config_.look_weight * sum;
}

torch::Tensor ProbeTask::loss(int64_t batch, const Draws& source) {
    const Draws motions = source.of(batch);
    const auto motion = motions.weight() * motion_loss(motions);
    if (corpus_.config.values.empty()) return motion;
    const Draws looks = source.of(std::max<int64_t>(1, batch / 2));
    return motion + looks.weight() * look_loss(looks);
}

std::map<std::string, std::string> ProbeTask::metadata() const {
    return {{"kind", "probe"},
            {"config", nlohmann::json(probe_->config()).dump()},
            {"loss", nlohmann::json(config_).dump()}};
}

}  // namespace rv::world_model
