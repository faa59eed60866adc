using Caisson.Core.Failures;

namespace Caisson.Backends.Wasm.Tests;

/// <summary>Machine code of languages is made once, and never believed when it is not what was made.</summary>
public sealed class ModuleStoreTests : IDisposable
{
    private readonly string _cache = Directory.CreateTempSubdirectory("caisson-wasm-cache-").FullName;

    public void Dispose() => Directory.Delete(_cache, recursive: true);

    [Fact]
    public async Task A_corrupted_module_is_made_anew()
    {
        using (var store = Open())
            await store.EnsureAsync(LanguageModule.JavaScript, fuel: false, CancellationToken.None);
        var file = Directory.EnumerateFiles(_cache, "js.cwasm", SearchOption.AllDirectories).Single();
        var sound = await File.ReadAllBytesAsync(file);
        var corrupted = sound.ToArray();
        corrupted[corrupted.Length / 2] ^= 0xff;
        await File.WriteAllBytesAsync(file, corrupted);
        using (var store = Open())
            await store.EnsureAsync(LanguageModule.JavaScript, fuel: false, CancellationToken.None);
        Assert.NotEqual(corrupted, await File.ReadAllBytesAsync(file));
        Assert.Equal(2, Directory.EnumerateFiles(Path.GetDirectoryName(file)!).Count());
    }

    [Fact]
    public async Task Another_module_under_the_name_is_not_translated()
    {
        var worker = Directory.CreateDirectory(Path.Combine(_cache, "worker")).FullName;
        File.CreateSymbolicLink(Path.Combine(worker, "caisson-wasm-worker"), Wall.Options.Program);
        await File.WriteAllTextAsync(Path.Combine(worker, "js.wasm"), "another");
        using var store = new ModuleStore(new WasmOptions { Worker = worker, Cache = _cache });
        store.Open();
        Assert.Equal(ErrorCode.Unsupported, (await Assert.ThrowsAsync<CaissonException>(() => store.EnsureAsync(LanguageModule.JavaScript, fuel: false, CancellationToken.None))).Code);
    }

    [Fact]
    public void A_place_that_others_may_write_to_is_refused()
    {
        File.SetUnixFileMode(_cache, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        using var store = Open();
        Assert.Equal(ErrorCode.Unsupported, Assert.Throws<CaissonException>(() => store.Open()).Code);
    }

    private ModuleStore Open()
    {
        var store = new ModuleStore(Wall.Options with { Cache = _cache });
        if ((File.GetUnixFileMode(_cache) & UnixFileMode.OtherWrite) == UnixFileMode.None)
            store.Open();
        return store;
    }
}
