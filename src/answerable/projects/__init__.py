"""What is built: projects, their milestones, choice, completion and the residents' confirmation."""
