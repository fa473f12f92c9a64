"""weak-teachers: from raw problems to findings, one rule file a stage."""

from snakemake.utils import min_version

min_version("9.27")

# Only without --configfile: Snakemake would merge the default study into any other.
if not workflow.configfiles:

    configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/problems.smk"
include: "workflow/rules/tasks.smk"
include: "workflow/rules/models.smk"
include: "workflow/rules/solutions.smk"
include: "workflow/rules/mixtures.smk"
include: "workflow/rules/scores.smk"
include: "workflow/rules/report.smk"


# For `--sdm apptainer` only: the image that envs/apptainer.def describes.
container: "weak-teachers.sif"


# A second's work or a download: done where snakemake runs, never sent to a cluster.
localrules:
    all,
    fetch,
    held_out,
    overlap,
    lessons,


onstart:
    start_running()


rule all:
    default_target: True
    input:
        f"{RESULTS}/report.html",
