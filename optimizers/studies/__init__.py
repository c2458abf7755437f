"""What the lectures' questions come to, measured: each study is a function that runs the rules."""
