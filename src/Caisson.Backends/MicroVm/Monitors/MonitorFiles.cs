namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>What of the host a monitor's root is made of.</summary>
/// <param name="Name">The monitor; its program is called so inside.</param>
/// <param name="Program">Its program.</param>
/// <param name="Kernel">The machine's kernel, in the form that it loads.</param>
/// <param name="Modules">Directories of modules, loaded one after another, each in the order of its names.</param>
/// <param name="Folders">Directories that it needs besides, empty.</param>
/// <param name="Further">Files that it needs besides, and their paths inside.</param>
internal sealed record MonitorFiles(string Name, string Program, string Kernel, IReadOnlyList<string> Modules, IReadOnlyList<string> Folders, IReadOnlyList<(string Source, string Target)> Further);
