namespace Caisson.Engine;

/// <summary>The moments at which an engine that dies leaves most to its successor: before an act on the host, between it and its record, and after.</summary>
public enum EnginePoint
{
    /// <summary>A sandbox has a directory, and no wall yet.</summary>
    CreateBegun,

    /// <summary>It is up, and in no record.</summary>
    CreateStarted,

    /// <summary>It is in the store, and nobody was told.</summary>
    CreateSaved,

    /// <summary>A sandbox that stood ready is to be somebody's.</summary>
    ClaimBegun,

    /// <summary>It has its owner's policy, and no record.</summary>
    ClaimGiven,

    /// <summary>It is its owner's in the store, and nobody was told.</summary>
    ClaimSaved,

    /// <summary>A sandbox ahead of demand has a directory, and no wall yet.</summary>
    ParkBegun,

    /// <summary>It is up, and nobody's.</summary>
    ParkDone,

    /// <summary>It was given up and its wall is gone; its directory is not.</summary>
    ParkRemoved,

    /// <summary>A sandbox is to be frozen.</summary>
    PauseBegun,

    /// <summary>It is frozen, and runs by its record.</summary>
    PauseFrozen,

    /// <summary>It is paused in the store, and nobody was told.</summary>
    PauseSaved,

    /// <summary>A frozen sandbox is to go on.</summary>
    ResumeBegun,

    /// <summary>It runs, and is paused by its record.</summary>
    ResumeThawed,

    /// <summary>It runs in the store, and nobody was told.</summary>
    ResumeSaved,

    /// <summary>A sandbox is to be paused with its files alone.</summary>
    FilesBegun,

    /// <summary>Its record says so, and its processes live.</summary>
    FilesSaved,

    /// <summary>Its wall is gone, and nobody was told.</summary>
    FilesStopped,

    /// <summary>A sandbox is to start anew on its files.</summary>
    BootBegun,

    /// <summary>Its record says that its memory is given up, and its processes still wait.</summary>
    BootDropped,

    /// <summary>It has a wall again, and is paused by its record.</summary>
    BootStarted,

    /// <summary>It runs in the store, and nobody was told.</summary>
    BootSaved,

    /// <summary>A paused sandbox's memory is to move to disk.</summary>
    MemoryBegun,

    /// <summary>Its record says that it may be there, and its wall has it.</summary>
    MemorySaid,

    /// <summary>It is on disk, and its wall is there.</summary>
    MemoryWritten,

    /// <summary>It is on disk by its record, and its wall is gone.</summary>
    MemorySaved,

    /// <summary>A sandbox is to go on from its memory on disk.</summary>
    RestoreBegun,

    /// <summary>It has a wall again, and its memory is on disk by its record.</summary>
    RestoreStarted,

    /// <summary>It runs in the store, and what was on disk is there.</summary>
    RestoreSaved,

    /// <summary>A sandbox's files are to be copied for a snapshot.</summary>
    SnapshotBegun,

    /// <summary>They are in a file that is no layer yet.</summary>
    SnapshotCaptured,

    /// <summary>They are a layer without a use.</summary>
    SnapshotLayered,

    /// <summary>The snapshot is in the store, and nobody was told.</summary>
    SnapshotSaved,

    /// <summary>A snapshot is out of the store, and its layer is there.</summary>
    SnapshotForgotten,

    /// <summary>A sandbox's files are to be copied for forks.</summary>
    ForkBegun,

    /// <summary>They are in a file that is no layer yet.</summary>
    ForkCaptured,

    /// <summary>They are a layer without a use.</summary>
    ForkLayered,

    /// <summary>Every fork runs, and nobody was told.</summary>
    ForkStarted,

    /// <summary>A sandbox's files are to be copied for a step of a template.</summary>
    StepBegun,

    /// <summary>They are in a file that is no layer yet.</summary>
    StepCaptured,

    /// <summary>They are a layer without a use.</summary>
    StepLayered,

    /// <summary>A step of a template was run, and nothing of it is kept.</summary>
    TemplateRun,

    /// <summary>What it came to is a layer, and not remembered as the step's.</summary>
    TemplateCaptured,

    /// <summary>It is remembered, and the build goes on.</summary>
    TemplateRemembered,

    /// <summary>A template is ready in the store, and nobody was told.</summary>
    TemplatePublished,

    /// <summary>A template is out of the store, and its layers are there.</summary>
    TemplateForgotten,

    /// <summary>The memory of a layer is where layers lie, and its files are not.</summary>
    LayerMemoryMoved,

    /// <summary>A layer is where layers lie, and in no record.</summary>
    LayerMoved,

    /// <summary>A layer is in no record any more, and its file is there.</summary>
    LayerForgotten,

    /// <summary>A policy is in force, and not in the record.</summary>
    PolicyApplied,

    /// <summary>A changed policy or end is in the store, and nobody was told.</summary>
    ChangeSaved,

    /// <summary>A sandbox is to end.</summary>
    KillBegun,

    /// <summary>Its wall is gone, and its record is there.</summary>
    KillRemoved,

    /// <summary>Its record is gone, and its directory is there.</summary>
    KillForgotten,

    /// <summary>A volume is where volumes lie, and in no record.</summary>
    VolumeMade,

    /// <summary>A volume is in the store, and nobody was told.</summary>
    VolumeSaved,

    /// <summary>A volume is mounted for a sandbox that does not run yet.</summary>
    VolumeMounted,

    /// <summary>A volume is out of the store, and its files are there.</summary>
    VolumeForgotten,

    /// <summary>There is a new key for secrets, and the old one sealed them.</summary>
    SecretsKeyed,

    /// <summary>Secrets are sealed anew, and the old key is there.</summary>
    SecretsSealed,

    /// <summary>The sandboxes of the server before are known, and none is found again.</summary>
    RecoveryLoaded,

    /// <summary>One of them is found again, and not open yet.</summary>
    RecoveryAttached,

    /// <summary>All are found again, and what nobody owns is removed.</summary>
    RecoverySwept,

    /// <summary>A server that stops is to let go of its sandboxes.</summary>
    ReleaseBegun,

    /// <summary>It has let go of them, and ends.</summary>
    ReleaseDone,
}
