"""Recordings of a game that is none of ours: Gymnasium's CarRacing, driven by a simple agent that often errs.

    pip install gymnasium box2d pygame imageio imageio-ffmpeg
    python record_car_racing.py FOLDER [RECORDINGS] [FRAMES]

Writes race_00.mp4 and race_00.csv, race_01.mp4, ... for `reverie train --recipe docs/examples/car_racing --from FOLDER`.
"""

import csv
import math
import pathlib
import random
import sys

import gymnasium
import imageio
import numpy

STEPS_A_FRAME = 3  # the game runs at 50 steps a second
RATE = 50 / STEPS_A_FRAME


def drive(game, mood):
    """Steers towards the road a little ahead, plus whatever `mood` wants."""
    car, track = game.car.hull, game.track
    x, y = car.position
    nearest = min(range(len(track)), key=lambda i: (track[i][2] - x) ** 2 + (track[i][3] - y) ** 2)
    _, _, ahead_x, ahead_y = track[(nearest + 5) % len(track)]
    error = math.atan2(-(ahead_x - x), ahead_y - y) - car.angle
    error = (error + math.pi) % (2 * math.pi) - math.pi
    turn = max(-1, min(1, -1.5 * error + mood["turn"]))
    speed = math.hypot(*car.linearVelocity)
    forward = 0.6 if speed < mood["speed"] else -0.4 if speed > mood["speed"] + 15 else 0.0
    return forward, turn


def main():
    folder = pathlib.Path(sys.argv[1])
    recordings, frames = (int(a) for a in (sys.argv[2:] + ["28", "300"])[:2])
    folder.mkdir(parents=True, exist_ok=True)
    env = gymnasium.make("CarRacing-v3", render_mode=None)
    for number in range(recordings):
        random.seed(number)
        picture, _ = env.reset(seed=number)
        mood = {"turn": 0.0, "speed": 30.0}
        video = imageio.get_writer(folder / f"race_{number:02}.mp4", fps=RATE, macro_block_size=8, quality=9)
        with open(folder / f"race_{number:02}.csv", "w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["forward", "turn"])
            for t in range(-20, frames):  # the game zooms in at first: that is left out
                if random.random() < 0.08:
                    mood = {"turn": random.choice([0, 0, 0, -0.6, 0.6, -1, 1]), "speed": random.uniform(15, 60)}
                forward, turn = drive(env.unwrapped, mood)
                for _ in range(STEPS_A_FRAME):
                    picture, _, over, late, _ = env.step(numpy.array([turn, max(0, forward), max(0, -forward)]))
                if t >= 0:
                    video.append_data(picture)
                    rows.writerow([f"{forward:.3f}", f"{turn:.3f}"])
                if over:
                    break
        video.close()


main()
