namespace Caisson.Seccomp.Tests;

/// <summary>Ordinary programs notice nothing.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("/usr/bin/git", "git init -q a && cd a && git config user.email a@b.c && git config user.name n && echo hello > f && git add f && git commit -qm one && git gc -q && git clone -q . ../b && cat ../b/f", "hello")]
    [InlineData("/usr/bin/node", "node -e 'const {Worker}=require(\"worker_threads\");require(\"fs\").promises.writeFile(\"f\",\"x\").then(()=>{console.log(require(\"child_process\").execSync(\"echo child\").toString());new Worker(\"console.log(\\\"worker\\\")\",{eval:true})})'", "worker")]
    [InlineData("/usr/bin/npm", "npm init -y >/dev/null && npm pkg get version", "1.0.0")]
    [InlineData("/usr/bin/gcc", "printf '#include <stdio.h>\\n#include <pthread.h>\\nvoid*t(void*a){puts(\"thread\");return a;}int main(){pthread_t p;pthread_create(&p,0,t,0);return pthread_join(p,0);}' > t.c && gcc -O2 -pthread t.c -o t && ./t", "thread")]
    [InlineData("/usr/bin/dotnet", "dotnet --version", "10.")]
    [InlineData("/usr/bin/java", "java -version 2>&1", "Runtime Environment")]
    [InlineData("/usr/bin/curl", "echo page > index.html; python3 -m http.server 8123 --bind 127.0.0.1 >/dev/null 2>&1 & exec curl -s --retry 40 --retry-delay 0 --retry-max-time 30 --retry-connrefused http://127.0.0.1:8123/", "page")]
    [InlineData("/usr/bin/ssh", "ssh-keygen -q -t ed25519 -N '' -f key && ssh -i key -o ConnectTimeout=2 127.0.0.1 2>&1; true", "refused")]
    [InlineData("/usr/bin/gdb", "gdb -nx -batch -ex starti -ex 'info registers rip' -ex continue /bin/true 2>&1", "exited normally")]
    [InlineData("/usr/bin/strace", "strace -f -o log sh -c 'true; /bin/true' && grep -o 'execve(./bin/true' log", "/bin/true")]
    [InlineData("/usr/bin/tar", "mkdir d && mkfifo d/p && ln -s x d/l && tar czf d.tgz d && tar tzf d.tgz", "d/p")]
    public async Task It_runs(string tool, string script, string expected)
    {
        Assert.SkipUnless(File.Exists(tool), $"{tool} is not installed");
        using var wall = new Wall();
        var outcome = await wall.RunAsync("/bin/sh", "-c", script);
        Assert.True(outcome.ExitCode == 0 && outcome.Output.Contains(expected, StringComparison.Ordinal), $"{outcome.ExitCode}\n{outcome.Output}\n{outcome.Errors}");
    }

    [Fact]
    public async Task Python_has_threads_processes_pools_terminals_and_event_loops()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "python3 is not installed");
        const string Script = """
            import asyncio, multiprocessing as mp, os, pty, socket, sqlite3, subprocess, tempfile, threading
            from multiprocessing import shared_memory
            def square(x): return x * x
            if __name__ == "__main__":
                threading.Thread(target=lambda: None).start()
                print(subprocess.run(["echo", "child"], capture_output=True, text=True).stdout.strip())
                with mp.get_context("fork").Pool(2) as pool: print(pool.map(square, [1, 2, 3]))
                shared = shared_memory.SharedMemory(create=True, size=16); shared.close(); shared.unlink()
                async def main():
                    process = await asyncio.create_subprocess_exec("true"); print("async", await process.wait())
                asyncio.run(main())
                a, b = socket.socketpair(); a.send(b"x"); print(b.recv(1))
                with tempfile.TemporaryDirectory() as d:
                    c = sqlite3.connect(d + "/db"); c.execute("create table t(x)"); c.commit()
                print("pty", pty.spawn(["true"]))
            """;
        using var wall = new Wall();
        var outcome = await wall.RunAsync("/usr/bin/python3", "-c", Script);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Errors);
        foreach (var line in new[] { "child", "[1, 4, 9]", "async 0", "b'x'", "pty 0" })
            Assert.Contains(line, outcome.Output, StringComparison.Ordinal);
    }
}
