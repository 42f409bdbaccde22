"""The model server in the box: Ollama's dialect over GGUF files, with llama.cpp in processes of its own."""
