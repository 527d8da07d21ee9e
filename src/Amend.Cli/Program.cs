using Amend.Atlas.Facts;
using Amend.Atlas.Training;
Amend.Tensors.Native.TorchRuntime.EnsureLoaded();
var o = new TrainingOptions { Steps = int.Parse(args[1]) };
if (args.Length > 2) o = o with { Vocabulary = int.Parse(args[2]) };
new GptTrainer(AtlasWorld.LoadEmbedded(), o, Console.Error).Train(args[0]);
