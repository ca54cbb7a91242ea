#pragma once
/// Keeps the list of a dataset's episodes while they are collected. Whatever happens, dataset.json lists
/// whole episodes only, so a collection can be interrupted at any moment and continued later.

#include <filesystem>
#include <vector>

#include "engine/dataset/dataset.h"

namespace rv::dataset {

class DatasetWriter {
  public:
    /// Makes the folder, or continues the dataset that is in it: half-written files are removed, and episodes
    /// whose files are gone are taken off the list. The folder is locked against a second writer.
    /// @throws UsageError if the folder holds a dataset made with other settings, saying which.
    /// @throws FileError if it cannot be written, holds foreign files, or another process writes it.
    DatasetWriter(const std::filesystem::path& folder, DatasetInfo info);
    ~DatasetWriter();
    DatasetWriter(const DatasetWriter&) = delete;
    DatasetWriter& operator=(const DatasetWriter&) = delete;

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] const DatasetInfo& info() const { return manifest_.info; }
    [[nodiscard]] const std::vector<EpisodeInfo>& episodes() const { return manifest_.episodes; }
    [[nodiscard]] bool contains(int index) const;

    /// Lists an episode that EpisodeWriter::finish() returned. @throws FileError.
    void add(const EpisodeInfo& episode);

  private:
    void lock();
    void continue_existing();
    void remove_leftovers() const;

    std::filesystem::path folder_;
    Manifest manifest_;
    int lock_fd_ = -1;
};

}  // namespace rv::dataset
